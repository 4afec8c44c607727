{#-
    The life of a lead: every contact made, with the person it was made with (int_touchpoint_owners).
    One whom nobody knows yet is kept without a person, and found when the person appears. The days
    of those that go are noted before they do.
    Grain: one row per contact made (repeats in a file or a later file are one).
-#}
-- depends_on: {{ ref('int_contact_days_touched') }}
with

touched as (

    select * from {{ ref('int_touchpoints_touched') }}

),

owners as (

    select * from {{ ref('int_touchpoint_owners') }}

),

touchpoints as (

    select * from {{ ref('stg_touchpoints') }}
    where rejection_reason is null

),

first_mentions as (

    select
        touchpoints.content_hash,
        min(touchpoints.record_id) as record_id
    from touched
    inner join touchpoints on touched.content_hash = touchpoints.content_hash
    group by touchpoints.content_hash

),

final as (

    select
        touchpoints.record_id as id,
        owners.person_id,
        touchpoints.campaign_id,
        touchpoints.touchpoint_type,
        touchpoints.status,
        touchpoints.email,
        touchpoints.phone_e164,
        owners.match_type,
        touchpoints.content_hash,
        touchpoints.metadata,
        touchpoints.import_seq,
        touchpoints.touchpoint_date
    from first_mentions
    inner join touchpoints on first_mentions.record_id = touchpoints.record_id
    left join owners on first_mentions.content_hash = owners.content_hash

)

select * from final
