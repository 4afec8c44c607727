{#-
    Requests not to be contacted, with the person they are known to belong to today. They hang on
    the contact point, not on the person: merges, replays and new imports cannot lift one.
    Grain: one row per request (repeats of the same request in a file or a later file are one).
-#}
with

requests as (

    select * from {{ ref('stg_opt_outs') }}

),

told as (

    select * from {{ ref('stg_opt_out_requests') }}

),

email_addresses as (

    select * from {{ ref('email_addresses') }}

),

phone_numbers as (

    select * from {{ ref('phone_numbers') }}

),

first_requests as (

    select min(record_id) as id
    from requests
    where rejection_reason is null
    group by content_hash

),

persons_by_email as (

    select
        requests.record_id,
        min(email_addresses.person_id) as person_id
    from requests
    inner join email_addresses on requests.email = email_addresses.email
    group by requests.record_id

),

persons_by_phone as (

    select
        requests.record_id,
        min(phone_numbers.person_id) as person_id
    from requests
    inner join phone_numbers on requests.phone_e164 = phone_numbers.phone_e164
    group by requests.record_id

),

final as (

    select
        requests.record_id as id,
        coalesce(persons_by_email.person_id, persons_by_phone.person_id) as person_id,
        requests.email,
        requests.phone_e164,
        requests.channel,
        requests.reason,
        requests.import_seq,
        requests.opted_out_at,
        requests.known_at
    from first_requests
    inner join requests on first_requests.id = requests.record_id
    left join persons_by_email on requests.record_id = persons_by_email.record_id
    left join persons_by_phone on requests.record_id = persons_by_phone.record_id
    union all
    select
        -- Apart from every record id: those begin with the number of an import.
        10000000000000000000 + told.request_id as id,
        coalesce(told.person_id, min(email_addresses.person_id), min(phone_numbers.person_id))
            as person_id,
        told.email,
        told.phone_e164,
        told.channel,
        told.reason,
        null as import_seq,
        told.opted_out_at,
        told.known_at
    from told
    left join email_addresses on told.email = email_addresses.email
    left join phone_numbers on told.phone_e164 = phone_numbers.phone_e164
    group by
        told.request_id, told.person_id, told.email, told.phone_e164, told.channel, told.reason,
        told.opted_out_at, told.known_at

)

select * from final
