{#-
    The schema of a node: {prefix}_{layer}, so that several environments share one server.

    The prefix is the environment variable LODE_DB_PREFIX; the layer is the folder's `+schema`. A node
    without one goes where the profile points.

    Arguments: custom_schema_name (the layer, or none), node (the node asked for, not used).
    Example:   generate_schema_name('canonical') -> motherlode_canonical
-#}
{% macro generate_schema_name(custom_schema_name=none, node=none) -%}
    {%- if custom_schema_name is none -%}
        {{ target.schema }}
    {%- else -%}
        {{ env_var('LODE_DB_PREFIX', 'motherlode') }}_{{ custom_schema_name | trim }}
    {%- endif -%}
{%- endmacro %}
