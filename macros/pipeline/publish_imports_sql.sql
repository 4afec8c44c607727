{#-
    The statement that closes the imports of the batch in the loaders' ledger (see publish_run).

    Arguments: raw, staging, canonical (schema names).
-#}
{% macro publish_imports_sql(raw, staging, canonical) -%}
    {%- set sum_of_outcomes -%}
        results.inserted_count + results.updated_count + results.unchanged_count
        + results.collapsed_count + results.rejected_count
    {%- endset -%}
    update {{ staging }}.import_batch as batch
    inner join {{ canonical }}.import_results as results
        on batch.import_seq = results.import_seq
    inner join {{ raw }}.import_metadata as imports on batch.import_seq = imports.id
    set
        imports.inserted_count = results.inserted_count,
        imports.updated_count = results.updated_count,
        imports.unchanged_count = results.unchanged_count,
        imports.collapsed_count = results.collapsed_count,
        imports.rejected_count = results.rejected_count,
        imports.success_count = greatest(
            cast(imports.row_count as signed) - cast(results.rejected_count as signed), 0
        ),
        imports.error_count = results.rejected_count,
        imports.error_message = case
            when imports.row_count <> {{ sum_of_outcomes }} then concat(
                'The accounting does not close: ', imports.row_count,
                ' records in the file, ', {{ sum_of_outcomes }}, ' accounted for.'
            )
        end,
        imports.processing_duration_seconds
        = timestampdiff(microsecond, imports.uploaded_at, {{ utc_now() }}) / 1000000,
        imports.completed_at = {{ utc_now() }},
        imports.status = case
            when imports.row_count <> {{ sum_of_outcomes }} then 'FAILED'
            when results.rejected_count > 0 then 'COMPLETE_WITH_ERRORS'
            else 'COMPLETE'
        end
    where imports.status in ({{ visible_statuses(pending_only=true) }})
{%- endmacro %}
