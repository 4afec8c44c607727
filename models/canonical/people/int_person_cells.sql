{#-
    Every value that a record gives its person, cell by cell, with what decides between the records.
    A view that is asked for one person at a time: the server takes the condition on person_id into
    it and reads that person's records only.
    Grain: one row per record and cell that it has a value for.
-#}
{%- set cells = provenance_cells() -%}
with

people as (

    select * from {{ ref('stg_people') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

imports as (

    select * from {{ ref('stg_imports') }}

),

cells as (

    {%- for cell in cells %}
    select
        {{ loop.index }} as cell_number,
        '{{ cell.table }}' as table_name,
        '{{ cell.field }}' as field_name,
        {{ cell.slot }} as slot
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

valued as (

    select
        person_records.person_id,
        person_records.match_type,
        people.record_id,
        people.import_seq,
        people.completeness,
        {{ effective_at('people', 'imports') }} as effective_at,
        {{ survivorship_key(
            'people.record_id', effective_at('people', 'imports'), 'people.completeness'
        ) }} as survivorship_key,
        {% for column in ['of', 'value', 'precedence'] %}
        case cells.cell_number
            {% for cell in cells %}
            when {{ loop.index }} then {{ cell[column] }}
            {% endfor %}
        end as cell_{{ column }},
        {% endfor %}
        cells.table_name,
        cells.field_name,
        cells.slot
    from person_records
    -- Every record has both; an outer join keeps the server to this order.
    left join people on person_records.record_id = people.record_id
    left join imports on people.import_seq = imports.import_seq
    cross join cells

),

final as (

    select *
    from valued
    where cell_value is not null

)

select * from final
