{#-
    What a contact point of a golden person was at a moment, if a run has changed that since: the first
    of the states that runs put an end to after it, as two joins. Its columns are null if none did; the
    select has to leave out the rows of which {alias}_sooner.changed_at is not null.

    Arguments: alias (for the state), persons (alias with golden_person_id), value (SQL expression of
               the contact point), at (SQL expression).
-#}
{% macro left_join_first_change(alias, persons, value, at) -%}
    left join {{ ref('golden_contact_changes') }} as {{ alias }}
        on
            {{ persons }}.golden_person_id = {{ alias }}.golden_person_id
            and {{ content_hash([value]) }} = {{ alias }}.contact_hash
            and {{ at }} < {{ alias }}.changed_at
    left join {{ ref('golden_contact_changes') }} as {{ alias }}_sooner
        on
            {{ alias }}.golden_person_id = {{ alias }}_sooner.golden_person_id
            and {{ alias }}.contact_hash = {{ alias }}_sooner.contact_hash
            and {{ at }} < {{ alias }}_sooner.changed_at
            and {{ alias }}.changed_at > {{ alias }}_sooner.changed_at
{%- endmacro %}
