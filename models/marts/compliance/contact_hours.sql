{#-
    How many contacts were made when, so that a page can say how many were checked without counting
    them. A run counts the days again that it touches (int_contact_days_touched), from an index that
    begins with the channel. Whether a contact broke a rule is decided for each of them.
    Grain: one row per UTC day, hour of it and channel.
-#}
{%- set channels, days = [], [] -%}
{%- if execute and is_incremental() -%}
    {%- set query = 'select distinct touchpoint_type from ' ~ ref('touchpoints') -%}
    {%- set channels = run_query(query).columns[0].values() -%}
    {%- set query = 'select day_on from ' ~ ref('int_contact_days_touched') ~ ' order by day_on' -%}
    {%- set days = run_query(query).columns[0].values() -%}
{%- endif -%}
-- depends_on: {{ ref('int_contact_days_touched') }}
with

touchpoints as (

    select
        touchpoint_date as made_at,
        touchpoint_type as channel
    from {{ ref('touchpoints') }}

),

final as (

    select
        date(made_at) as day_on,
        hour(made_at) as hour_of_day,
        channel,
        count(*) as contact_count,
        sum(made_at = date(made_at)) as day_only_count
    from touchpoints
    {% if is_incremental() %}
    where
        channel in ('{{ channels | join("', '") }}')
        and {{ day_ranges(days, 'made_at') }}
    {% endif %}
    group by day_on, hour_of_day, channel

)

select * from final
