{#-
    Where every value of a person comes from: who gave it, by which rule it survived, and what the
    others say. Read it for one person: the condition on person_id goes down to that person's
    records. The row with preference 1 is what the canonical tables hold.
    Grain: one row per cell of a person and value given for it by a record or decision.
-#}
{%- set order -%}
    partition by cells.person_id, cells.table_name, cells.field_name, cells.cell_of
            order by
                cells.cell_precedence desc,
                cells.survivorship_key desc,
                cells.slot desc,
                cells.cell_value desc
{%- endset -%}
with

cells as (

    select * from {{ ref('int_person_cells') }}

),

overrides as (

    select * from {{ ref('person_overrides') }}
    where status = 'in force'

),

imports as (

    select * from {{ ref('stg_imports') }}

),

ranked as (

    select
        cells.*,
        row_number() over ({{ order }}) as preference,
        lead(cells.record_id) over ({{ order }}) as next_record_id,
        lead(cells.cell_precedence) over ({{ order }}) as next_precedence,
        lead(cells.effective_at) over ({{ order }}) as next_effective_at,
        lead(cells.completeness) over ({{ order }}) as next_completeness
    from cells

),

from_records as (

    select
        ranked.person_id,
        ranked.table_name,
        ranked.field_name,
        ranked.cell_of,
        ranked.cell_value,
        ranked.preference + (overrides.id is not null) as preference,
        {{ survival_rule('ranked', 'overrides.id is not null') }} as rule,
        ranked.record_id,
        ranked.record_id % 10000000000 as `row_number`,
        imports.import_id,
        imports.filename as source_file,
        imports.uploaded_at as imported_at,
        ranked.effective_at,
        null as override_id,
        null as decided_by,
        null as reason
    from ranked
    inner join imports on ranked.import_seq = imports.import_seq
    left join overrides
        on ranked.person_id = overrides.person_id and ranked.field_name = overrides.field_name

),

from_decisions as (

    select
        person_id,
        case field_name
            when 'primary_phone' then 'phone_numbers'
            when 'primary_email' then 'email_addresses'
            else 'persons'
        end as table_name,
        field_name,
        '' as cell_of,
        value as cell_value,
        1 as preference,
        'manual override' as rule,
        null as record_id,
        null as `row_number`,
        null as import_id,
        null as source_file,
        null as imported_at,
        decided_at as effective_at,
        id as override_id,
        decided_by,
        reason
    from overrides

),

final as (

    select * from from_decisions
    union all
    select * from from_records

)

select * from final
