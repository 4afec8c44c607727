{#-
    Numbers on do-not-call lists that came as CSV files (`lode load`). A number on the same list again
    adds nothing; the first record that names it stands for it. Such a file can't end a listing.
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

imports as (

    select * from {{ ref('stg_imports') }}

),

first_listings as (

    select
        min(listings.record_id) as id,
        -- As a number: MySQL makes a date of zeros of a smallest date that is none.
        min(to_days(listings.listing_date)) as listing_day
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
        {{ list_kind('listings.source') }} as list_kind,
        listings.import_seq,
        from_days(first_listings.listing_day) as listing_date,
        coalesce(from_days(first_listings.listing_day), date(imports.uploaded_at)) as listed_from,
        imports.uploaded_at as known_at,
        cast(null as datetime(6)) as gone_known_at
    from first_listings
    inner join listings on first_listings.id = listings.record_id
    inner join imports on listings.import_seq = imports.import_seq

)

select * from final
