{#-
    Stops with one sentence unless the model's YAML declares exactly the columns of its select, each
    with a data_type, and a primary key and indexes of such columns.

    Arguments: names (columns of the select).
    Example:   {% do check_declared_columns(['id', 'email']) %}
-#}
{% macro check_declared_columns(names) -%}
    {%- do declared_key() -%}
    {%- do declared_indexes() -%}
    {%- for name, column in model.columns.items() if not column.data_type -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ "." ~ name ~ " has no data_type: add one to the column in the model's YAML."
        ) -%}
    {%- endfor -%}
    {%- set undeclared = names | reject('in', model.columns.keys() | list) | list -%}
    {%- if undeclared -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ " selects " ~ undeclared | join(', ')
            ~ ", which its YAML does not declare: add the column with a data_type, or leave it out"
            ~ " of the select."
        ) -%}
    {%- endif -%}
    {%- set missing = model.columns.keys() | reject('in', names) | list -%}
    {%- if missing -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ " does not select " ~ missing | join(', ')
            ~ ", which its YAML declares: add the column to the select, or take it out of the YAML."
        ) -%}
    {%- endif -%}
{%- endmacro %}
