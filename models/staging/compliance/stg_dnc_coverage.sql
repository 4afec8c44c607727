{#-
    Which area codes our copies of do-not-call lists cover, version by version. A view, so that a
    copy counts from the moment it is whole.
    Grain: one row per version and area code.
-#}
with

downloads as (

    select * from {{ source('raw', 'dnc_downloads') }}
    where loaded_at is not null

),

coverage as (

    select * from {{ source('raw', 'dnc_coverage') }}

),

lists as (

    select * from {{ source('raw', 'dnc_lists') }}

),

final as (

    select
        downloads.id as version,
        coverage.area_code,
        lists.list_name,
        {{ list_kind('lists.list_name') }} as list_kind,
        downloads.kind,
        downloads.subscription_account,
        downloads.accessed_on,
        downloads.loaded_at as known_at
    from downloads
    inner join coverage on downloads.id = coverage.download_id
    inner join lists on downloads.list_id = lists.list_id

)

select * from final
