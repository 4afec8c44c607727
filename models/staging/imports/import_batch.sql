{#-
    The imports that this run processes, fixed once at its start: an import that finishes loading
    while the run is under way waits for the next one, whole.
    Grain: one row per import of the batch.
-#}
with

imports as (

    select * from {{ source('raw', 'import_metadata') }}

),

final as (

    select
        id as import_seq,
        import_id,
        feed,
        uploaded_at
    from imports
    where status in ({{ visible_statuses(pending_only=not is_rebuild()) }})

)

select * from final
