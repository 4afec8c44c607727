{#-
    Stops with one sentence when a table no longer has the columns, types or key that the YAML of its
    model declares.

    Both sides are asked of the server, so that spellings (int unsigned, int(10) unsigned) don't
    matter. With `on_schema_change: append_new_columns`, new nullable columns are added instantly
    instead; rows that no later batch touches keep NULL there.

    Arguments: declared (an empty table made from the YAML), actual (the model's table).
-#}
{% macro check_same_shape(declared, actual) -%}
    {%- set wanted = table_shape(declared) -%}
    {%- set found = table_shape(actual) -%}
    {%- set problems = [] -%}
    {%- for name, shape in wanted.items() if found.get(name) != shape -%}
        {%- if name in found -%}
            {%- do problems.append(name ~ ' is declared as ' ~ shape ~ ' but is ' ~ found[name]) -%}
        {%- elif config.get('on_schema_change') == 'append_new_columns' and 'not null' not in shape -%}
            {%- do run_query(
                'alter table ' ~ actual ~ ' add column ' ~ adapter.quote(name) ~ ' '
                ~ model.columns[name].data_type
            ) -%}
        {%- else -%}
            {%- do problems.append(name ~ ' is declared but not in the table') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in found if name not in wanted -%}
        {%- do problems.append(name ~ ' is in the table but no longer declared') -%}
    {%- endfor -%}
    {%- if problems -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ '.' ~ problems | join('; ') ~ '. Run `dbt run --full-refresh --select '
            ~ model.name ~ '` to rebuild the table in its new shape.'
        ) -%}
    {%- endif -%}
{%- endmacro %}
