{#-
    Every import with its state and its accounting, as it is this second: a view over the loaders'
    ledger, so that a page shows a load while it runs.
    Grain: one row per import.
-#}
with

imports as (

    select * from {{ source('raw', 'import_metadata') }}

),

final as (

    select
        import_id,
        id as import_seq,
        filename,
        source_type,
        feed,
        status,
        attempt,
        uploaded_by,
        checksum,
        error_message,
        file_size_bytes,
        row_count,
        inserted_count,
        updated_count,
        unchanged_count,
        collapsed_count,
        rejected_count,
        row_count = inserted_count + updated_count + unchanged_count
        + collapsed_count + rejected_count as is_balanced,
        processing_duration_seconds,
        uploaded_at,
        loaded_at,
        completed_at
    from imports

)

select * from final
