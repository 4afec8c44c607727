{#-
    What is wrong or doubtful in the records of an import, by kind, without what stood there: the error
    report has the values. Counted when an import is processed, since a page could not count the
    problems of a large one while somebody waits.
    Grain: one row per import, rule and field.
-#}
with

batch as (

    select * from {{ ref('import_batch') }}
    where not is_withdrawn

),

{#- Two tables, since no engine looks up one import in a union. -#}
{% for log in ['import_validation_log', 'import_duplicate_log'] %}
{{ log }} as (

    select logged.*
    from {{ ref(log) }} as logged
    {% if is_incremental() %}
    inner join batch on logged.import_seq = batch.import_seq
    {% endif %}

),

{% endfor %}
problems as (

    {% for log in ['import_validation_log', 'import_duplicate_log'] %}
    select
        import_seq,
        error_number,
        coalesce(field_name, '') as field_name,
        severity,
        error_type,
        error_message,
        `row_number`
    from {{ log }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        import_seq,
        error_number,
        field_name,
        max(severity) as severity,
        max(error_type) as error_type,
        min(error_message) as error_message,
        count(*) as problem_count,
        min(`row_number`) as first_row
    from problems
    group by import_seq, error_number, field_name

)

select * from final
