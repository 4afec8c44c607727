{#-
    The columns of the model at hand that a merge writes into a row that is already there, or those
    that it compares to see whether the row differs.

    Key columns of numbers and times are equal by definition; a text key may match in another case.
    Config: merge_exclude_columns (written at the insert only, never compared),
            merge_uncompared_columns (written when something else differs).

    Arguments: compared (bool).   Returns: {name: data_type}.
-#}
{% macro merge_columns(compared) -%}
    {%- set columns = {} -%}
    {%- set key = declared_key() -%}
    {%- set left_out = config.get('merge_exclude_columns') or [] -%}
    {%- if compared -%}
        {%- set left_out = left_out + (config.get('merge_uncompared_columns') or []) -%}
    {%- endif -%}
    {%- for name in left_out if name not in model.columns -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ '.' ~ name ~ ' is left out of the merge but is no column of its YAML.'
        ) -%}
    {%- endfor -%}
    {%- for name, column in model.columns.items() if name not in left_out -%}
        {%- if name not in key or is_text_type(column.data_type) -%}
            {%- do columns.update({name: column.data_type}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
