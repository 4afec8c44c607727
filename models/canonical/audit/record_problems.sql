{#-
    Everything that is known to be wrong or doubtful in the records of imports: the error reports
    are written from it.
    Grain: one row per problem of a record.
-#}
with

validation_log as (

    select * from {{ ref('import_validation_log') }}

),

duplicate_log as (

    select * from {{ ref('import_duplicate_log') }}

),

final as (

    select
        import_seq,
        record_id,
        `row_number`,
        error_number,
        severity,
        error_type,
        field_name,
        field_value,
        error_message
    from validation_log
    union all
    select
        import_seq,
        record_id,
        `row_number`,
        error_number,
        severity,
        error_type,
        field_name,
        field_value,
        error_message
    from duplicate_log

)

select * from final
