{#-
    Imports whose records are nobody's any more, for whoever asks about one of their ids. A view, so that
    it says what the loaders wrote.
    Grain: one row per import that is undone.
-#}
with

undone as (

    select * from {{ ref('stg_imports_undone') }}

),

final as (

    select
        import_seq,
        import_id,
        row_count,
        undone_at,
        undone_by,
        reason
    from undone

)

select * from final
