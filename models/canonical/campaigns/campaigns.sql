{#-
    Campaigns: those that a campaign file describes, the newest description first, and those that
    touchpoints name without one, as the first of them does. The id is made of the name, so that it
    never changes.
    Grain: one row per campaign name.
-#}
with

touched as (

    select * from {{ ref('int_campaigns_touched') }}

),

described as (

    select * from {{ ref('stg_campaigns') }}
    where rejection_reason is null

),

touchpoints as (

    select * from {{ ref('stg_touchpoints') }}

),

latest_descriptions as (

    select
        touched.campaign_id,
        max(described.record_id) as record_id
    from touched
    inner join described on touched.campaign_id = described.campaign_id
    group by touched.campaign_id

),

first_mentions as (

    select
        touched.campaign_id,
        -- One step into the index, however many touchpoints the campaign has.
        (
            select named.record_id
            from touchpoints as named
            where named.campaign_id = touched.campaign_id
            order by named.record_id
            limit 1
        ) as record_id
    from touched

),

final as (

    select
        touched.campaign_id as id,
        coalesce(described.campaign_name, touchpoints.campaign_name) as name,
        coalesce(described.campaign_type, touchpoints.touchpoint_type) as type,
        described.start_date,
        described.end_date,
        described.record_id as described_by,
        touchpoints.record_id as named_by
    from touched
    left join latest_descriptions on touched.campaign_id = latest_descriptions.campaign_id
    left join described on latest_descriptions.record_id = described.record_id
    left join first_mentions on touched.campaign_id = first_mentions.campaign_id
    left join touchpoints on first_mentions.record_id = touchpoints.record_id
    where coalesce(described.record_id, touchpoints.record_id) is not null

)

select * from final
