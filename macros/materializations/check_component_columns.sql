{#-
    Stops with one sentence unless a connected_components model selects node_a and node_b and its YAML
    declares two columns, the node (the key) and the component.

    Arguments: names (columns of the select).
-#}
{% macro check_component_columns(names) -%}
    {%- if names | sort != ['node_a', 'node_b'] -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ' selects ' ~ names | join(', ')
            ~ ': a connected_components model selects node_a and node_b, nothing else.'
        ) -%}
    {%- endif -%}
    {%- if model.columns | length != 2 or declared_key() | length != 1 -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ' must declare two columns in its YAML, the node (its primary key) and the'
            ~ ' component.'
        ) -%}
    {%- endif -%}
    {%- do check_declared_columns(model.columns.keys() | list) -%}
{%- endmacro %}
