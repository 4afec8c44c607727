{#-
    Numbers on do-not-call lists. A number on the same list again adds nothing; the first record
    that names it stands for it.
    Grain: one row per number and list.
-#}
with

listings as (

    select * from {{ ref('stg_dnc_registry') }}

),

batch_listings as (

    select distinct content_hash
    from listings
    where
        rejection_reason is null
        and {{ batch_range_filter('record_id', 'dnc', not is_incremental()) }}

),

first_listings as (

    select
        min(listings.record_id) as id,
        min(listings.listing_date) as listing_date
    from batch_listings
    inner join listings on batch_listings.content_hash = listings.content_hash
    where listings.rejection_reason is null
    group by batch_listings.content_hash

),

final as (

    select
        first_listings.id,
        listings.phone_e164,
        listings.source,
        listings.import_seq,
        first_listings.listing_date
    from first_listings
    inner join listings on first_listings.id = listings.record_id

)

select * from final
