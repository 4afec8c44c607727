{#-
    The DDL of a seed's table: types from config column_types, else as dbt guesses them from the file.

    Arguments: relation, agate_table (the file's rows), fingerprint (or none).
-#}
{% macro create_seed_table(relation, agate_table, fingerprint) -%}
    {%- set types = config.get('column_types') or {} -%}
    {%- set key = config.get('primary_key') or [] -%}
    {%- set key = [key] if key is string else key -%}
    {%- set names = agate_table.column_names -%}
    {%- for name in types.keys() | list + key if name not in names -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ '.' ~ name ~ ' is in the config of the seed but not a column of its file.'
        ) -%}
    {%- endfor -%}
    create table {{ relation }} (
    {%- for name in names %}
        {{ adapter.quote(name) }} {{ types.get(name) or adapter.convert_type(agate_table, loop.index0) }}
        {{- ' not null' if name in key }}{{ ',' if key or not loop.last }}
    {%- endfor %}
    {%- if key %}
        primary key ({{ quoted_list(key) }})
    {%- endif %}
    )
    engine = innodb default character set utf8mb4 collate utf8mb4_bin
    {%- if fingerprint %}
    comment = '{{ fingerprint }}'
    {%- endif %}
{%- endmacro %}
