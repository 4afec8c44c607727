{#-
    Where each value of a person comes from, as the dashboard shows it. Read it for one person: the
    condition goes down to that person's records (see person_provenance, which computes it).
    Grain: one row per cell of a person and value given for it.
-#}
with

provenance as (

    select * from {{ ref('person_provenance') }}

),

final as (

    select
        person_id,
        table_name,
        field_name,
        cell_of,
        preference,
        cell_value,
        rule,
        record_id,
        import_id,
        source_file,
        `row_number` as source_row,
        effective_at,
        coalesce(imported_at, effective_at) as known_at,
        decided_by,
        reason
    from provenance

)

select * from final
