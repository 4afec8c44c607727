{#-
    The life of a golden person: imports, contacts made, requests, consents, do-not-call lists,
    merges and decisions by hand, each with when it happened and when we learnt it. Clustered by
    person and time, so that a page of it is one short range of the primary key.
    Grain: one row per golden person and event. An event of a contact point that several golden
    persons hold is in the life of each.
-#}
with

touched as (

    select * from {{ ref('int_golden_touched') }}

),

persons as (

    select
        persons.id,
        persons.golden_person_id
    from {{ ref('persons') }} as persons
    {% if is_incremental() %}
    inner join touched on persons.golden_person_id = touched.golden_person_id
    {% endif %}

),

contacts as (

    select contacts.*
    from {{ ref('int_golden_contacts') }} as contacts
    {% if is_incremental() %}
    inner join touched on contacts.golden_person_id = touched.golden_person_id
    {% endif %}

),

living as (

    select distinct persons.golden_person_id
    from persons
    inner join {{ ref('golden_persons') }} as golden
        on persons.golden_person_id = golden.golden_person_id

),

imports as (

    select * from {{ ref('stg_imports') }}

),

events as (

    {{ events_imports('persons') }}
    union all
    {{ events_contacts_made('persons') }}
    union all
    select * from ({{ events_requests('persons', 'contacts') }}) as requests
    union all
    select * from ({{ events_consents('contacts') }}) as consents
    union all
    {{ events_listings('contacts') }}
    union all
    select * from ({{ events_of_identity('persons') }}) as identities
    union all
    {{ events_decisions('persons') }}

),

final as (

    select
        events.golden_person_id,
        events.happened_at,
        events.event_id,
        events.event_kind,
        events.event_type,
        events.channel,
        events.contact_kind,
        events.contact_value,
        events.person_id,
        imports.import_id,
        events.record_count,
        events.actor,
        events.detail,
        events.known_at
    from events
    inner join living on events.golden_person_id = living.golden_person_id
    left join imports on events.import_seq = imports.import_seq

)

select * from final
