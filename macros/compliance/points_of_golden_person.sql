{#-
    The contact points of a golden person at a moment, as decide_contact takes them, with is_primary.
    The person and the moment are marks that `lode comply` replaces by parameters.
-#}
{% macro points_of_golden_person() -%}
    {%- set at = "cast('lode:at' as datetime(6))" -%}
    (
        {%- for relation, condition in holdings_as_of('held', at) %}
        select
            held.golden_person_id,
            held.contact_kind,
            held.contact_value,
            held.contact_hash,
            held.phone,
            held.area_code,
            held.area_state,
            held.phone_type,
            held.is_primary,
            held.is_foreign,
            held.is_complete_address
        from {{ relation }} as held
        where held.golden_person_id = 'lode:person' and {{ condition }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
