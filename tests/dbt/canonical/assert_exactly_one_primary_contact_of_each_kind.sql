-- A person who has phones has exactly one primary phone; the same for mailboxes and addresses.
with

contacts as (

    select
        'phone' as kind,
        person_id,
        is_primary
    from {{ ref('phone_numbers') }}
    union all
    select
        'email' as kind,
        person_id,
        is_primary
    from {{ ref('email_addresses') }}
    union all
    select
        'address' as kind,
        person_id,
        is_primary
    from {{ ref('addresses') }}

),

final as (

    select
        kind,
        person_id,
        sum(is_primary) as primary_count
    from contacts
    group by kind, person_id
    having sum(is_primary) <> 1

)

select * from final
