{#-
    Imports whose records are nobody's any more, because they were undone, with who asked for it last. A
    view, so that it says what the loaders wrote; an import that was brought back is not in it, one that
    waits for the next run is.
    Grain: one row per import that is undone.
-#}
with

imports as (

    select * from {{ source('raw', 'import_metadata') }}

),

reversals as (

    select * from {{ source('raw', 'import_reversals') }}

),

last_reversals as (

    select
        import_seq,
        max(id) as id
    from reversals
    group by import_seq

),

final as (

    select
        imports.id as import_seq,
        imports.import_id,
        imports.row_count,
        reversals.requested_at as undone_at,
        reversals.requested_by as undone_by,
        reversals.reason
    from imports
    left join last_reversals on imports.id = last_reversals.import_seq
    left join reversals on last_reversals.id = reversals.id
    where imports.status in ('UNDOING', 'UNDONE')

)

select * from final
