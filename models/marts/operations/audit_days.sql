{#-
    How many entries of which kind each day of the audit log has, so that a page counts no long log. A
    run counts the newest day it knows again, and the one before it, as entries may have been made
    while it counted; days further back can't change. What came since the run is counted live.
    Grain: one row per UTC day and kind of entry.
-#}
{%- set known = 'null' -%}
{%- if is_incremental() -%}
{%- set known = '(select max(known.day_on) from ' ~ this ~ ' as known)' -%}
{%- endif -%}
with

entries as (

    select
        recorded_at,
        event
    from {{ source('audit', 'audit_log') }}
    where recorded_at >= coalesce({{ known }}, date('1970-01-02')) - interval 1 day

),

final as (

    select
        date(recorded_at) as day_on,
        event,
        count(*) as entry_count
    from entries
    group by day_on, event

)

select * from final
