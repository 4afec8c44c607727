{#-
    Every import with its state and its accounting, as it is this second: a view over the loaders'
    ledger, so that a page shows a load while it runs.
    Grain: one row per import.
-#}
with

imports as (

    select * from {{ source('raw', 'import_metadata') }}

),

attempts as (

    select * from {{ source('raw', 'import_attempts') }}

),

final as (

    select
        imports.import_id,
        imports.id as import_seq,
        imports.filename,
        imports.source_type,
        imports.feed,
        imports.status,
        imports.attempt,
        imports.uploaded_by,
        imports.checksum,
        imports.error_message,
        imports.file_size_bytes,
        imports.row_count,
        imports.inserted_count,
        imports.updated_count,
        imports.unchanged_count,
        imports.collapsed_count,
        imports.rejected_count,
        imports.row_count = imports.inserted_count + imports.updated_count + imports.unchanged_count
        + imports.collapsed_count + imports.rejected_count as is_balanced,
        imports.processing_duration_seconds,
        imports.uploaded_at,
        coalesce(attempts.started_at, imports.uploaded_at) as attempt_started_at,
        imports.loaded_at,
        imports.completed_at
    from imports
    left join attempts
        on imports.id = attempts.import_seq and imports.attempt = attempts.attempt

)

select * from final
