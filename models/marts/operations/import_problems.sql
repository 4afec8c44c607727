{#-
    What is wrong or doubtful in the records of an import, without what stood there: a page says
    kinds and counts, the error report has the values. A view, read for one import by its number.
    Grain: one row per problem of a record.
-#}
with

problems as (

    select * from {{ ref('record_problems') }}

),

final as (

    select
        import_seq,
        record_id,
        error_number,
        `row_number` as source_row,
        severity,
        error_type,
        field_name,
        error_message
    from problems

)

select * from final
