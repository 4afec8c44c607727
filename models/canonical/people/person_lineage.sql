{#-
    What each import did for a person: which fields it was the first to give, or changed, and by
    which key it was joined. Read it for one person: the condition on person_id goes down to that
    person's records. Worked out from the records alone, like the counts of an import.
    Grain: one row per person and import.
-#}
{%- set cell = 'partition by cells.person_id, cells.table_name, cells.field_name, cells.cell_of' -%}
with

cells as (

    select * from {{ ref('int_person_cells') }}

),

imports as (

    select * from {{ ref('stg_imports') }}

),

compared as (

    select
        cells.person_id,
        cells.import_seq,
        cells.match_type,
        cells.table_name,
        case
            when cells.table_name = 'persons' then cells.field_name
            when cells.cell_of = '' or cells.field_name = 'phone_type' then null
            when cells.table_name = 'phone_numbers' then 'phone'
            when cells.table_name = 'email_addresses' then 'email'
            else 'address'
        end as label,
        min(cells.import_seq) over ({{ cell }}) as first_import_seq,
        min(cells.import_seq) over (partition by cells.person_id) as first_import_of_person,
        max(concat(cells.survivorship_key, cells.cell_value)) over (
            {{ cell }} order by cells.import_seq range unbounded preceding
        ) as best,
        max(concat(cells.survivorship_key, cells.cell_value)) over (
            {{ cell }} order by cells.import_seq
            range between unbounded preceding and 1 preceding
        ) as best_before
    from cells

),

summed as (

    select
        person_id,
        import_seq,
        min(import_seq = first_import_of_person) as is_first,
        coalesce(group_concat(
            distinct case
                when
                    import_seq = first_import_seq
                    or (table_name = 'persons' and substr(best, 44) <> substr(best_before, 44))
                    then json_quote(label)
            end
            order by label separator ', '
        ), '') as labels,
        min(case match_type when 'email' then 1 when 'phone' then 2 when 'name_zip' then 3 end)
            as key_rank
    from compared
    group by person_id, import_seq

),

final as (

    select
        summed.person_id,
        summed.import_seq,
        imports.import_id,
        imports.filename as source_file,
        imports.uploaded_at as imported_at,
        summed.is_first,
        concat('[', summed.labels, ']') as fields,
        case
            when summed.is_first then null
            when summed.key_rank = 1 then 'email_match'
            when summed.key_rank = 2 then 'phone_match'
            when summed.key_rank = 3 then 'name_zip_match'
        end as merge_reason
    from summed
    inner join imports on summed.import_seq = imports.import_seq

)

select * from final
