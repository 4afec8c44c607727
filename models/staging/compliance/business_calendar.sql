{#-
    The days of all years whose eleven federal holidays are known (seed holidays), with how many
    business days there were up to each: n business days after a day is the first day whose number
    is n higher. A business day is a Monday to Friday that is no federal holiday, as observed.
    Grain: one row per day.
-#}
with

holidays as (

    select * from {{ ref('holidays') }}
    where jurisdiction = 'US' and {{ is_known_rule('holidays', utc_now()) }}

),

covered_years as (

    select year(holiday_date) as covered_year
    from holidays
    group by year(holiday_date)
    having count(*) >= 11

),

covered as (

    select
        makedate(min(covered_year), 1) as first_day,
        makedate(max(covered_year) + 1, 1) as first_day_after
    from covered_years

),

digits as (

    {% for digit in range(10) -%}
    {{ 'union all ' if not loop.first }}select {{ digit }} as digit
    {% endfor %}
),

days as (

    select
        covered.first_day + interval (
            ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
        ) day as calendar_date,
        covered.first_day_after
    from covered
    cross join digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands

),

final as (

    select
        days.calendar_date,
        sum(weekday(days.calendar_date) < 5 and holidays.holiday_date is null)
            over (order by days.calendar_date) as business_day_number
    from days
    left join holidays on days.calendar_date = holidays.holiday_date
    where days.calendar_date < days.first_day_after

)

select * from final
