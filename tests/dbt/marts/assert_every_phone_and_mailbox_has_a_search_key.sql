-- Whoever has a phone or mailbox is found by it: as many keys as contact points of these kinds,
-- once a pepper is there to make them with.
with

contacts as (

    select * from {{ ref('int_golden_contacts') }}
    where contact_kind in ('phone', 'email')

),

search_keys as (

    select * from {{ ref('search_keys') }}

),

search_pepper as (

    select * from {{ source('raw', 'search_pepper') }}

),

contact_count as (

    select count(*) as contact_count
    from contacts

),

key_count as (

    select count(*) as key_count
    from search_keys

),

final as (

    select
        contact_count.contact_count,
        key_count.key_count
    from search_pepper
    cross join contact_count
    cross join key_count
    where contact_count.contact_count <> key_count.key_count

)

select * from final
