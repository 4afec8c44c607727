{#-
    Stays of numbers on the do-not-call lists that `lode dnc load` keeps. A view that both engines
    look through: a number is found by the key of the table below, also among a quarter of a
    billion.
    Grain: one row per list, number and stay.
-#}
with

lists as (

    select * from {{ source('raw', 'dnc_lists') }}

),

listings as (

    select * from {{ source('raw', 'dnc_listings') }}

),

downloads as (

    select * from {{ source('raw', 'dnc_downloads') }}

),

final as (

    select
        listings.list_id,
        lists.list_name,
        {{ list_kind('lists.list_name') }} as list_kind,
        listings.phone,
        listings.from_download as from_version,
        ended.id as to_version,
        listings.listed_on,
        began.accessed_on as listed_from,
        ended.accessed_on as listed_to,
        began.loaded_at as known_at,
        ended.loaded_at as gone_known_at
    from lists
    inner join listings on lists.list_id = listings.list_id
    inner join downloads as began
        on listings.from_download = began.id and began.loaded_at is not null
    left join downloads as ended
        on listings.to_download = ended.id and ended.loaded_at is not null

)

select * from final
