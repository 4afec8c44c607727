{#-
    The warehouse in one line: how many records became how many people, and whom we may contact.
    Grain: one row.
-#}
with

results as (

    select * from {{ ref('import_results') }}
    where feed = 'people'

),

persons as (

    select * from {{ ref('persons') }}
    where record_count > 0

),

cells as (

    select * from {{ ref('contactability_cube') }}

),

record_totals as (

    select
        coalesce(sum(record_count), 0) as records,
        coalesce(sum(rejected_count), 0) as rejected
    from results

),

person_totals as (

    select count(*) as persons
    from persons

),

golden_totals as (

    select
        coalesce(sum(
            case when channel = 'call' and first_reason = '' then person_count end
        ), 0) as callable,
        coalesce(sum(
            case when channel = 'sms' and first_reason = '' then person_count end
        ), 0) as textable,
        coalesce(sum(
            case when channel = 'email' and first_reason = '' then person_count end
        ), 0) as emailable,
        coalesce(sum(
            case when channel = 'mail' and first_reason = '' then person_count end
        ), 0) as mailable,
        coalesce(sum(case when channel = 'call' then person_count end), 0) as golden_persons
    from cells

),

final as (

    select
        record_totals.records,
        record_totals.rejected,
        person_totals.persons,
        golden_totals.golden_persons,
        golden_totals.callable,
        golden_totals.textable,
        golden_totals.emailable,
        golden_totals.mailable,
        {{ utc_now() }} as built_at
    from record_totals
    cross join person_totals
    cross join golden_totals

)

select * from final
