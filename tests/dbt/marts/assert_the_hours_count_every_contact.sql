-- The hours of a day have as many contacts as were made on it, by channel.
with

touchpoints as (

    select * from {{ ref('touchpoints') }}

),

hours as (

    select * from {{ ref('contact_hours') }}

),

counted as (

    select
        date(touchpoint_date) as day_on,
        touchpoint_type as channel,
        count(*) as contact_count
    from touchpoints
    group by day_on, channel

),

said as (

    select
        day_on,
        channel,
        sum(contact_count) as contact_count
    from hours
    group by day_on, channel

),

final as (

    select counted.day_on
    from counted
    left join said on counted.day_on = said.day_on and counted.channel = said.channel
    where said.contact_count is null or said.contact_count <> counted.contact_count
    union all
    select said.day_on
    from said
    left join counted on said.day_on = counted.day_on and said.channel = counted.channel
    where counted.day_on is null

)

select * from final
