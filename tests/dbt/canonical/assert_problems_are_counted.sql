-- Every problem of a record is counted with its import, and none of an import that was taken out.
with

problems as (

    select * from {{ ref('record_problems') }}

),

counted as (

    select * from {{ ref('import_problem_counts') }}

),

logged as (

    select
        import_seq,
        count(*) as problem_count
    from problems
    group by import_seq

),

told as (

    select
        import_seq,
        sum(problem_count) as problem_count
    from counted
    group by import_seq

),

final as (

    select logged.import_seq
    from logged
    left join told on logged.import_seq = told.import_seq
    where not (logged.problem_count <=> told.problem_count)
    union all
    select told.import_seq
    from told
    left join logged on told.import_seq = logged.import_seq
    where logged.import_seq is null

)

select * from final
