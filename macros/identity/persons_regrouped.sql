{#-
    The persons that a new dedup run puts behind another golden person than before, or behind none.

    Arguments: assignments (CTE over int_golden_assignments), known_persons (relation: persons as
    the last run left it).
-#}
{% macro persons_regrouped(assignments, known_persons) -%}
    select {{ assignments }}.person_id
    from {{ assignments }}
    inner join {{ known_persons }} as known_persons
        on {{ assignments }}.person_id = known_persons.id
    where known_persons.golden_person_id <> {{ assignments }}.golden_person_id
    union distinct
    select known_persons.id as person_id
    from {{ known_persons }} as known_persons
    left join {{ assignments }} on known_persons.id = {{ assignments }}.person_id
    where
        known_persons.is_original = 0
        and known_persons.record_count > 0
        and {{ assignments }}.person_id is null
{%- endmacro %}
