{#-
    How many facts of each kind the decisions of this run are based on, and the day they were taken:
    `lode run` has something to do when either is another.
    Grain: one row.
-#}
with

final as (

    select
        1 as id,
        date({{ utc_now() }}) as decided_on,
        (select count(*) from {{ source('raw', 'opt_out_requests') }}) as opt_out_count,
        (
            select count(*) + count(decided_at) from {{ source('raw', 'reply_reviews') }}
        ) as review_count,
        (select count(*) from {{ source('raw', 'consent_records') }}) as consent_count,
        (select count(*) from {{ source('raw', 'phone_lines') }}) as line_count,
        (
            select count(*) from {{ source('raw', 'dnc_downloads') }}
            where loaded_at is not null
        ) as version_count,
        {{ rules_digest() }} as rules_hash

)

select * from final
