{#-
    How a golden person came to be who it is, as events: persons that deduplication put behind it or
    took out, and ids that a record bridged. A contribution to person_events.

    Arguments: persons (name of a CTE over the persons in scope).
-#}
{% macro events_of_identity(persons) -%}
    {%- for column in ['original_person_id', 'duplicate_person_id'] %}
    select
    {{ event_columns(
        persons, "concat('group-', moved.id)", "'merge'",
        "if(moved.match_reason = 'split', 'split', 'merged')", 'moved.created_at',
        'moved.created_at', person_id='moved.duplicate_person_id', actor='moved.job_id',
        detail='moved.match_reason'
    ) }}
    from {{ persons }}
    inner join {{ ref('dedup_audit_log') }} as moved on {{ persons }}.id = moved.{{ column }}
    union distinct
    {%- endfor %}
    select
    {{ event_columns(
        persons, "concat('bridge-', redirects.person_id)", "'merge'", "'bridged'",
        'redirects.retired_at', 'redirects.retired_at', person_id='redirects.person_id',
        detail='redirects.reason'
    ) }}
    from {{ persons }}
    inner join {{ ref('person_redirects') }} as redirects
        on {{ persons }}.id = redirects.person_id and redirects.reason = 'bridge'
{%- endmacro %}
