{#-
    Whether requests not to be contacted were applied in time, week by week. Late is a contact after
    the last day that the law gives; we stop at once, so that each contact after a request is a fault.
    Grain: one row per week of the request and channel it forbids.
-#}
with

followed as (

    select * from {{ ref('opt_outs_followed') }}

),

final as (

    select
        date(opted_out_at) - interval weekday(opted_out_at) day as week_start,
        channel,
        count(*) as request_count,
        sum(is_contacted) as contacted_count,
        sum(is_late) as late_count,
        sum(contact_count) as contact_count,
        max(timestampdiff(day, opted_out_at, last_contact_at)) as longest_days,
        max(timestampdiff(day, opted_out_at, known_at)) as longest_until_known_days,
        max(datediff(deadline_on, opted_out_at)) as deadline_days,
        max(deadline_citation) as deadline_citation
    from followed
    group by week_start, channel

)

select * from final
