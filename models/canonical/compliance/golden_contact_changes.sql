{#-
    How contact points of golden persons were before a run changed them, so that a decision as of an
    earlier moment is the one that was made then: who held a point, and what files said of it. Only
    changes are kept; what none is kept of is as it was. Append-only and kept over a full refresh, for
    only this ledger remembers.
    Grain: one row per golden person, contact point and state that a run put an end to.
-#}
{%- set told = ['phone_type', 'is_complete_address'] -%}
with

contacts as (

    select contacts.*
    from {{ ref('int_golden_touched') }} as touched
    inner join {{ ref('int_golden_contacts') }} as contacts
        on touched.golden_person_id = contacts.golden_person_id

),

before_run as (

    select * from {{ ref('int_golden_contacts_before') }}

),

looked_at as (

    select * from before_run
    where contact_kind = ''

),

changed as (

    select
        before_run.*,
        1 as was_held
    from before_run
    left join contacts
        on
            before_run.golden_person_id = contacts.golden_person_id
            and before_run.contact_kind = contacts.contact_kind
            and before_run.contact_value = contacts.contact_value
    where
        before_run.contact_kind <> ''
        and (
            contacts.golden_person_id is null
            {% for column in told %}
            or not (before_run.{{ column }} <=> contacts.{{ column }})
            {% endfor %}
        )

),

added as (

    select
        contacts.*,
        looked_at.taken_at
    from looked_at
    inner join contacts on looked_at.golden_person_id = contacts.golden_person_id
    left join before_run
        on
            contacts.golden_person_id = before_run.golden_person_id
            and contacts.contact_kind = before_run.contact_kind
            and contacts.contact_value = before_run.contact_value
    where before_run.golden_person_id is null

),

final as (

    {% for relation, was_held in [('changed', 1), ('added', 0)] %}
    select
        golden_person_id,
        contact_kind,
        contact_value,
        contact_hash,
        phone,
        area_code,
        area_state,
        phone_type,
        is_primary,
        is_foreign,
        is_complete_address,
        {{ was_held }} as was_held,
        taken_at,
        {{ utc_now() }} as changed_at
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
