{#-
    The imports that this run processes, fixed once at its start: an import that finishes loading
    while the run is under way waits for the next one, whole. An import that is being undone is
    withdrawn: what it brought is taken out. One that was completed before is replaced.
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
        uploaded_at,
        status = 'UNDOING' as is_withdrawn,
        status <> 'UNDOING' and completed_at is not null as is_replaced
    from imports
    where status in ({{ visible_statuses(pending_only=not is_rebuild()) }}, 'UNDOING')

)

select * from final
