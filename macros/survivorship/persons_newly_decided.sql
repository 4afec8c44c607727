{#-
    The persons of whom a manual decision says something else than it did when it was last applied:
    it is new, over, or speaks of another person now. Other decisions touch nobody.

    Arguments: overrides (CTE over int_person_overrides), known (relation: person_overrides as the
    last run left it).
-#}
{% macro persons_newly_decided(overrides, known) -%}
    {%- for side in ['now', 'known'] %}
    select {{ side }}.person_id
    from {{ overrides }} as now
    left join {{ known }} as known on now.id = known.id
    where
        {{ side }}.person_id is not null
        and (not now.person_id <=> known.person_id or not now.status <=> known.status)
    {%- if not loop.last %}
    union distinct
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
