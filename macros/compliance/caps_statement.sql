{#-
    The statement by which a slot is given or refused (lode/reservations.py): the enforced cap that
    holds a contact point and a golden person back longest at a moment. Quoted values that begin with
    lode: are marks for parameters.
-#}
{% macro caps_statement() -%}
    {%- set at = "cast('lode:at' as datetime(6))" -%}
    {%- set asked -%}
        (
            select
                'lode:person' + 0 as golden_person_id,
                unhex('00') as contact_hash,
                (
                    select served.contact_kind from {{ ref('channels') }} as served
                    where served.channel = 'lode:channel'
                ) as contact_kind,
                'lode:value' as contact_value
        )
    {%- endset -%}
    select
        reasons.rule_id as cap_id, caps.rule, reasons.citation, reasons.blocks_until
    from (
        {{ select_reasons(
            reasons_frequency_cap(asked, at, "'lode:states'")
        ) }}
    ) as reasons
    inner join {{ ref('frequency_caps') }} as caps
        on reasons.rule_id = caps.cap_id and {{ is_known_rule('caps', at) }}
    where reasons.channel = 'lode:channel' and reasons.enforcement = 'enforce'
    order by reasons.blocks_until desc
    limit 1
{%- endmacro %}
