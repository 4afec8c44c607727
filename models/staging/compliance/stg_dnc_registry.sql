{#- Numbers of do-not-call lists, in E.164. Grain: one row per record of a DNC file. -#}
{{ config(pre_hook="{{ remove_replaced('dnc') }}") }}
with

raw_dnc as (

    select * from {{ source('raw', 'staging_raw_dnc') }}
    where {{ record_range_filter('dnc') }}

),

cleaned as (

    select
        record_id,
        import_seq,
        {{ settled_phone('phone') }} as phone_found,
        left(coalesce({{ blank_to_null('source') }}, 'national'), 64) as source,
        {{ parse_date('listing_date') }} as listing_date
    from raw_dnc
    {{ at_once() }}

),

numbered as (

    select
        cleaned.*,
        {{ without_placeholders('phone_found') }} as phone_e164
    from cleaned

),

final as (

    select
        record_id,
        import_seq,
        phone_e164,
        source,
        {{ content_hash(['phone_e164', 'source']) }} as content_hash,
        case when phone_e164 is null then 'INVALID_NUMBER' end as rejection_reason,
        listing_date
    from numbered

)

select * from final
