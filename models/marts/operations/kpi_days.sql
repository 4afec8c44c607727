{#-
    The numbers of the warehouse day by day, so that a page can say what has changed. A run writes the
    row of its own day, from sums that are made already, and leaves those of other days; a full refresh
    does the same. A day without a run has no row.
    Grain: one row per UTC day with a run.
-#}
with

summary as (

    select * from {{ ref('warehouse_summary') }}

),

risks as (

    select * from {{ ref('compliance_risk') }}

),

requests as (

    select * from {{ ref('opt_outs_applied') }}

),

risk_totals as (

    select coalesce(sum(counted_incident_count), 0) as incidents
    from risks

),

request_totals as (

    select
        coalesce(sum(request_count), 0) as opt_outs,
        coalesce(sum(late_count), 0) as late_opt_outs
    from requests

),

final as (

    select
        date(summary.built_at) as day_on,
        summary.records,
        summary.rejected,
        summary.persons,
        summary.golden_persons,
        summary.callable,
        summary.textable,
        summary.emailable,
        summary.mailable,
        risk_totals.incidents,
        request_totals.opt_outs,
        request_totals.late_opt_outs,
        summary.built_at
    from summary
    cross join risk_totals
    cross join request_totals

)

select * from final
