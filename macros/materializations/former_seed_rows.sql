{#-
    The rows of a seed's table as it is, as a derived table `former` with the columns of the file and
    known_at and known_until. A column that the table lacks is an expression of the config
    `former_values`, else null; without the last two, the table is of an older version, or the first
    load of a warehouse, and counts for all the past.

    Arguments: names (columns of the file).
-#}
{% macro former_seed_rows(names) -%}
    {%- set missing = {
        'known_at': "cast('1000-01-01' as datetime(6))",
        'known_until': "cast('9999-12-31' as datetime(6))",
    } -%}
    {%- do missing.update(config.get('former_values') or {}) -%}
    {%- set found = table_shape(this) -%}
    (
        select
        {%- for name in names | list + ['known_at', 'known_until'] %}
            {{ adapter.quote(name) if name in found else missing.get(name, 'null') }}
            as {{ adapter.quote(name) }}{{ ',' if not loop.last }}
        {%- endfor %}
        from {{ this }}
    ) as former
{%- endmacro %}
