{#- Campaigns as the files name them, typed. Grain: one row per record of a campaign file. -#}
{{ config(pre_hook="{{ remove_replaced('campaigns') }}") }}
with

raw_campaigns as (

    select * from {{ source('raw', 'staging_raw_campaigns') }}
    where {{ record_range_filter('campaigns') }}

),

cleaned as (

    select
        record_id,
        import_seq,
        left({{ blank_to_null('campaign_name') }}, 255) as campaign_name,
        lower({{ blank_to_null('campaign_type') }}) as campaign_type_text,
        {{ parse_date('start_date') }} as start_date,
        {{ parse_date('end_date') }} as end_date,
        {{ refused_by_rule('campaigns', 'raw_campaigns') }} as refused_by_rule
    from raw_campaigns

),

judged as (

    select
        record_id,
        import_seq,
        campaign_name,
        {{ contact_channel('campaign_type_text') }} as campaign_type,
        start_date,
        end_date,
        case when campaign_name is null then 'NO_CAMPAIGN_NAME' else refused_by_rule end
            as rejection_reason
    from cleaned

),

final as (

    select
        record_id,
        import_seq,
        campaign_name,
        {{ campaign_key('campaign_name') }} as campaign_id,
        campaign_type,
        {{ content_hash(['lower(campaign_name)']) }} as content_hash,
        rejection_reason,
        start_date,
        end_date
    from judged

)

select * from final
