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
        -- MySQL names them in capitals, whatever is asked for.
        table_name as relation_name,
        table_rows as row_count,
        data_length as data_size,
        index_length as index_size
    from information_schema.tables
    where table_schema = '{{ generate_schema_name(layer, none) }}' and table_type = 'BASE TABLE'
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        layer,
        relation_name as table_name,
        coalesce(row_count, 0) as row_estimate,
        coalesce(data_size, 0) as data_bytes,
        coalesce(index_size, 0) as index_bytes,
        {{ utc_now() }} as measured_at
    from tables
    -- What a build is filling at this moment is nobody's table yet.
    where relation_name not like '%\_\_new' and relation_name not like '%\_\_old'

)

select * from final
