{#-
    Stops with one sentence if the model's merge_scope is incomplete, or would have to scan the table.

    Example: {% do check_merge_scope() %}
-#}
{% macro check_merge_scope() -%}
    {%- set scope = config.get('merge_scope') -%}
    {%- if scope -%}
        {%- if not scope.column or not scope.relation or scope.column not in model.columns -%}
            {%- do exceptions.raise_compiler_error(
                model.name ~ ' has a merge_scope that is not {column: one of its columns, relation:'
                ~ ' name of a model}.'
            ) -%}
        {%- endif -%}
        {%- if not scope_index() -%}
            {%- do exceptions.raise_compiler_error(
                model.name ~ '.' ~ scope.column ~ ' is the column of merge_scope but begins no index:'
                ~ ' add {columns: [' ~ scope.column ~ ']} to the indexes of its YAML.'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
