{#-
    The ledger of imports as the models read it. A view, so that it is always what the loaders wrote.
    An import that is loaded once more stays in it: what it brought before counts until then.
    Grain: one row per import whose records are visible.
-#}
with

imports as (

    select * from {{ source('raw', 'import_metadata') }}

),

final as (

    select
        id as import_seq,
        import_id,
        filename,
        source_type,
        feed,
        source_table,
        status,
        row_count,
        loaded_count,
        parse_rejected_count,
        uploaded_at,
        import_date
    from imports
    where
        status in ({{ visible_statuses() }})
        or (status in ('PENDING', 'LOADING', 'FAILED') and completed_at is not null)

)

select * from final
