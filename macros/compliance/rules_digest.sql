{#-
    A digest of all rules that decisions go by, as an expression: another as soon as a cell of one
    is.
-#}
{% macro rules_digest() -%}
    {%- set seeds = [
        ('compliance_rules', ['rule_id', 'topic', 'scope', 'value', 'unit', 'enforcement']),
        ('opt_out_reach', ['requested_channel', 'reached_channel', 'enforcement']),
        ('dnc_list_policies', [
            'list_kind', 'reason_code', 'is_lifted_by_relationship', 'is_lifted_by_consent',
            'must_be_current', 'enforcement',
        ]),
        ('line_type_policies', ['line_type', 'channel', 'reason_code', 'enforcement']),
        ('frequency_caps', ['cap_id', 'channel', 'max_contacts', 'window_days', 'enforcement']),
    ] -%}
    sha2(concat_ws(
        ','
    {%- for seed, columns in seeds -%}
        , (
            select coalesce(sum(crc32(concat_ws('|', {{ columns | join(', ') }}, citation,
                valid_from, valid_to))), 0)
            from {{ ref(seed) }}
        )
    {%- endfor -%}
    ), 256)
{%- endmacro %}
