{#-
    Outcomes of contacts and statuses of people that say no (Do not call, unsubscribed); the seed says
    what each forbids. Only added to, also by a full refresh: undoing or replaying a file lifts none.
    The address counts where a record of people has nothing else to hold on to.
    Grain: one row per record, contact point of it and statement.
-#}
with

raw_touchpoints as (

    select * from {{ source('raw', 'staging_raw_touchpoints') }}
    where {{ imports_with_statements('touchpoints') }}

),

raw_people as (

    select * from {{ source('raw', 'staging_raw_import') }}
    where {{ imports_with_statements('people') }}

),

ledger as (

    select * from {{ source('raw', 'import_metadata') }}

),

rules as (

    select * from {{ ref('request_statements') }}
    where known_until = '9999-12-31'

),

outcomes as (

    select
        touchpoints.*,
        rules.statement
    from raw_touchpoints as touchpoints
    inner join rules
        on
            rules.source = 'touchpoints'
            and {{ statement_words('touchpoints.status') }} = rules.statement
    where touchpoints.status is not null

),

statuses as (

    select
        people.*,
        rules.statement
    from raw_people as people
    inner join rules
        on
            rules.source = 'people'
            and {{ statement_words('people.contact_status') }} = rules.statement
    where people.contact_status is not null

),

{{ standardized_addresses('statuses', 'record_id') }},

said as (

    {{ points_of_statements('outcomes', 'statuses', 'standard_addresses') }}

),

numbered as (

    select
        said.*,
        {{ without_placeholders('phone_found') }} as phone_e164
    from said

),

pointed as (

    select
        numbered.*,
        max(coalesce(email, phone_e164)) over (partition by record_id) is not null as has_point
    from numbered

),

final as (

    select
        pointed.record_id,
        ledger.id as import_seq,
        -- With an address in the place of a mailbox, so that others keep their digest.
        {{ content_hash([
            'coalesce(pointed.email, pointed.address)', 'pointed.phone_e164', 'pointed.statement'
        ]) }} as content_hash,
        pointed.source,
        pointed.statement,
        pointed.contact_channel,
        pointed.email,
        pointed.phone_e164,
        least(coalesce(pointed.said_at, ledger.uploaded_at), ledger.uploaded_at) as opted_out_at,
        ledger.uploaded_at as known_at,
        pointed.address
    from pointed
    inner join ledger on pointed.record_id div 10000000000 = ledger.id
    where
        pointed.email is not null
        or pointed.phone_e164 is not null
        or (pointed.address is not null and not pointed.has_point)

)

select * from final
