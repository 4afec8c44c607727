-- The newest row of kpi_days has the numbers of the summary that the page shows beside it.
with

numbers_by_day as (

    select * from {{ ref('kpi_days') }}

),

summary as (

    select * from {{ ref('warehouse_summary') }}

),

newest as (

    select max(day_on) as day_on
    from numbers_by_day

),

final as (

    select numbers_by_day.day_on
    from numbers_by_day
    inner join newest on numbers_by_day.day_on = newest.day_on
    cross join summary
    where
        numbers_by_day.records <> summary.records
        or numbers_by_day.rejected <> summary.rejected
        or numbers_by_day.persons <> summary.persons
        or numbers_by_day.golden_persons <> summary.golden_persons
        or numbers_by_day.callable <> summary.callable
        or numbers_by_day.textable <> summary.textable
        or numbers_by_day.emailable <> summary.emailable
        or numbers_by_day.mailable <> summary.mailable

)

select * from final
