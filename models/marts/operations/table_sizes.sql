{#-
    How large every table of the warehouse is, as the server estimates it when a run ends: asking it
    costs seconds where there are many tables, so a page doesn't.
    Grain: one row per layer and table.
-#}
-- depends_on: {{ ref('warehouse_summary') }}
with

tables as (

    {%- for layer in ['raw', 'staging', 'canonical', 'marts'] %}
    select
        '{{ layer }}' as layer,
        table_name,
        table_rows,
        data_length,
        index_length
    from information_schema.tables
    where table_schema = '{{ generate_schema_name(layer, none) }}' and table_type = 'BASE TABLE'
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        layer,
        table_name,
        coalesce(table_rows, 0) as row_estimate,
        coalesce(data_length, 0) as data_bytes,
        coalesce(index_length, 0) as index_bytes,
        {{ utc_now() }} as measured_at
    from tables
    -- What a build is filling at this moment is nobody's table yet.
    where table_name not like '%\_\_new' and table_name not like '%\_\_old'

)

select * from final
