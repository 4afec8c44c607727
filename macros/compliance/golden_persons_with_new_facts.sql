{#-
    Golden persons whom a request, consent or line type is about that came since about the last
    complete run (a day is added, since one may have come while it was at work), as a select.

    Arguments: contacts (relation: int_golden_contacts as it is).
-#}
{% macro golden_persons_with_new_facts(contacts) -%}
    {%- set ledger = previous_state('pipeline_runs') -%}
    {%- set since -%}
        (
            select coalesce(max(finished_at), '2000-01-01') - interval 1 day
            from {{ ledger if ledger else "(select cast(null as datetime) as finished_at) as nothing" }}
        )
    {%- endset -%}
    {%- for relation, kind, column in [
        (ref('stg_opt_out_requests'), 'phone', 'phone_e164'),
        (ref('stg_opt_out_requests'), 'email', 'email'),
        (ref('stg_opt_out_requests'), 'address', 'address'),
        (ref('stg_consents'), 'phone', 'phone_e164'),
        (ref('stg_consents'), 'email', 'email'),
        (ref('stg_consents'), 'address', 'address'),
        (ref('stg_phone_lines'), 'phone', 'phone_e164'),
    ] %}
    select contacts.golden_person_id
    from {{ relation }} as facts
    inner join {{ contacts }} as contacts
        on contacts.contact_kind = '{{ kind }}' and facts.{{ column }} = contacts.contact_value
    where facts.known_at >= {{ since }}
    union distinct
    {%- endfor %}
    select contacts.golden_person_id
    from {{ ref('stg_reply_reviews') }} as facts
    inner join {{ contacts }} as contacts
        on contacts.contact_kind = 'phone' and facts.phone_e164 = contacts.contact_value
    where greatest(facts.known_at, coalesce(facts.decided_at, facts.known_at)) >= {{ since }}
    union distinct
    select persons.golden_person_id
    from {{ ref('stg_opt_out_requests') }} as facts
    inner join {{ ref('persons') }} as persons on facts.person_id = persons.id
    where facts.known_at >= {{ since }}
{%- endmacro %}
