{#-
    Every stay of a number on a do-not-call list: those of `lode dnc load`, with the day it was taken
    off, and those of CSV files. To read and to count; decisions look numbers up in its two parts.
    Grain: one row per list, number and stay.
-#}
with

listings as (

    select * from {{ ref('stg_dnc_listings') }}

),

list_records as (

    select * from {{ ref('dnc_list_records') }}

),

final as (

    select
        -- Apart from every record id: those begin with the number of an import.
        (1000000000 + from_version) * 10000000000 + phone as id,
        concat('+1', phone) as phone_e164,
        coalesce(listed_on, listed_from) as listing_date,
        list_name as source,
        listed_from,
        listed_to,
        known_at
    from listings
    union all
    select
        id,
        phone_e164,
        listing_date,
        source,
        listed_from,
        null as listed_to,
        known_at
    from list_records

)

select * from final
