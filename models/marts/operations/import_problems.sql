{#-
    What is wrong or doubtful in the records of an import, by kind, without what stood there: the error
    report has the values. A view over counts made when the import was processed.
    Grain: one row per import, rule and field.
-#}
with

problems as (

    select * from {{ ref('import_problem_counts') }}

),

final as (

    select
        import_seq,
        error_number,
        field_name,
        severity,
        error_type,
        error_message,
        problem_count,
        first_row
    from problems

)

select * from final
