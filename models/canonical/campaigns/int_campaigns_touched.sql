{#-
    Campaigns that have to be described again: those that a record of the batch describes or names,
    and those whose describing or first naming record is taken out.
    Grain: one row per campaign id.
-#}
{%- set known_campaigns = previous_state('campaigns') -%}
{%- set unfinished = unpublished_state('int_campaigns_touched') -%}
{%- set all_records = is_rebuild() or not known_campaigns -%}
with

campaigns as (

    select * from {{ ref('stg_campaigns') }}
    where
        rejection_reason is null
        and {{ batch_range_filter('record_id', 'campaigns', all_records) }}

),

touchpoints as (

    select * from {{ ref('stg_touchpoints') }}
    where
        campaign_id is not null
        and {{ batch_range_filter('record_id', 'touchpoints', all_records) }}

),

final as (

    select campaign_id from campaigns
    union distinct
    select campaign_id from touchpoints
    {% if unfinished and not all_records %}
    union distinct
    select campaign_id from {{ unfinished }}
    {% endif %}
    {% if not all_records %}
    union distinct
    select id as campaign_id
    from {{ known_campaigns }}
    where
        {{ replaced_range_filter('described_by', 'campaigns') }}
        or {{ replaced_range_filter('named_by', 'touchpoints') }}
    {% endif %}

)

select * from final
