{#-
    The statement by which `lode comply explain` asks: macro decide_contact over one contact point,
    or over all of a golden person, at any moment. Quoted values that begin with lode: are marks
    for parameters.

    Arguments: points (relation or derived table), is_dated (false: who is who as of now).
-#}
{% macro explain_statement(points, is_dated=true) -%}
    select
        reasons.golden_person_id,
        lower(hex(reasons.contact_hash)) as contact_hash,
        reasons.channel,
        reasons.reason_code,
        codes.meaning,
        codes.dnc_com_letter,
        reasons.rule_id,
        reasons.citation,
        reasons.enforcement,
        reasons.blocks_from,
        reasons.blocks_until
    from (
        -- Two consents exempt from one list: once is enough to be read.
        select distinct * from (
            {{ decide_contact(points, "cast('lode:at' as datetime(6))", is_dated=is_dated) }}
        ) as found
    ) as reasons
    left join {{ ref('reason_codes') }} as codes on reasons.reason_code = codes.reason_code
    order by
        reasons.channel, field(reasons.enforcement, 'enforce', 'advise', 'exempt', 'allow'),
        codes.sort_order, reasons.rule_id, reasons.blocks_from
{%- endmacro %}
