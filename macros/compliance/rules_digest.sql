{#-
    A digest of all rules that decisions, and the hours of an export, go by, as an expression: another
    as soon as a cell of one is, and the same again once it is as before. Phrases of replies and
    amounts of penalties are not among them: no decision reads those.
-#}
{% macro rules_digest() -%}
    {%- set dated = ['citation', 'enforcement', 'valid_from', 'valid_to'] -%}
    {%- set seeds = [
        ('compliance_rules', ['rule_id', 'topic', 'scope', 'value', 'unit'] + dated),
        ('request_statements', ['source', 'statement', 'channel'] + dated),
        ('opt_out_reach', ['requested_channel', 'reached_channel'] + dated),
        ('dnc_list_policies', [
            'list_kind', 'rule_id', 'reason_code', 'channels', 'is_lifted_by_relationship',
            'is_lifted_by_consent', 'must_be_current',
        ] + dated),
        ('line_type_policies', ['line_type', 'channel', 'rule_id', 'reason_code'] + dated),
        ('frequency_caps', [
            'cap_id', 'jurisdiction', 'channel', 'max_contacts', 'window_hours',
        ] + dated),
        ('calling_windows', [
            'rule_id', 'jurisdiction', 'channels', 'days', 'start_time', 'end_time',
        ] + dated),
        ('holidays', ['jurisdiction', 'holiday_date']),
        ('channels', ['channel', 'contact_kind']),
        ('reason_codes', ['reason_code', 'sort_order']),
        ('area_code_time_zones', ['area_code', 'time_zone']),
        ('state_time_zones', ['state_code', 'time_zone']),
        ('zip_time_zones', ['zip_prefix', 'zip_from', 'zip_to', 'state_code', 'time_zone']),
        ('time_zone_offsets', ['time_zone', 'utc_from', 'utc_to', 'offset_seconds']),
    ] -%}
    sha2(concat_ws(
        ','
    {%- for seed, columns in seeds -%}
        , (
            select coalesce(sum(crc32(concat_ws(
                '|'
            {%- for column in columns -%}
                , coalesce({{ column }}, '')
            {%- endfor -%}
            ))), 0)
            from {{ ref(seed) }}
            {%- if 'valid_to' in columns or seed == 'holidays' %}
            where known_until = '9999-12-31'
            {%- endif %}
        )
    {%- endfor -%}
    ), 256)
{%- endmacro %}
