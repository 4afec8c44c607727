{#-
    Decisions by hand, as events: values of a person, and who is who. No value is told, only the
    field and the reason that was typed. A contribution to person_events.

    Arguments: persons (name of a CTE over the persons in scope).
-#}
{% macro events_decisions(persons) -%}
    select
    {{ event_columns(
        persons, "concat('value-', decided.id)", "'decision'",
        "if(decided.revokes_id is null, 'override', 'override_revoked')", 'decided.decided_at',
        'decided.decided_at', person_id='decided.person_id', actor='decided.decided_by',
        detail="concat(decided.field_name, ': ', decided.reason)"
    ) }}
    from {{ persons }}
    inner join {{ ref('person_overrides') }} as decided on {{ persons }}.id = decided.person_id
    union all
    select distinct
    {{ event_columns(
        persons, "concat('who-', decided.id)", "'decision'", 'decided.kind', 'decided.decided_at',
        'decided.decided_at', actor='decided.decided_by', detail='decided.reason'
    ) }}
    from {{ persons }}
    inner join {{ ref('person_records') }} as records on {{ persons }}.id = records.person_id
    inner join {{ source('dedup', 'dedup_decision_records') }} as held
        on records.record_id = held.record_id
    inner join {{ source('dedup', 'dedup_decisions') }} as decided
        on held.decision_id = coalesce(decided.revokes_id, decided.id)
{%- endmacro %}
