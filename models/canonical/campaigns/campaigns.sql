{#-
    Campaigns: those that a campaign file describes, and those that touchpoints name without one.
    Grain: one row per campaign name.
-#}
with

described as (

    select * from {{ ref('stg_campaigns') }}
    where rejection_reason is null

),

touchpoints as (

    select * from {{ ref('stg_touchpoints') }}
    where campaign_name is not null and rejection_reason is null

),

latest_description as (

    select
        content_hash,
        max(record_id) as record_id
    from described
    group by content_hash

),

named_only as (

    select
        min(touchpoints.record_id) as id,
        min(touchpoints.campaign_name) as name,
        min(touchpoints.touchpoint_type) as type
    from touchpoints
    left join latest_description
        on
            {{ content_hash(['lower(touchpoints.campaign_name)']) }}
            = latest_description.content_hash
    where latest_description.content_hash is null
    group by lower(touchpoints.campaign_name)

),

final as (

    select
        described.record_id as id,
        described.campaign_name as name,
        described.campaign_type as type,
        described.start_date,
        described.end_date
    from latest_description
    inner join described on latest_description.record_id = described.record_id
    union all
    select
        id,
        name,
        type,
        null as start_date,
        null as end_date
    from named_only

)

select * from final
