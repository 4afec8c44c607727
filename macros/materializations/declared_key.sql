{#-
    The primary key of the model at hand as a list of column names; a sentence if it has none. That
    of connected_components is its first column, the node, unless the YAML says otherwise.

    Example: declared_key() -> ['person_id', 'phone_e164']
-#}
{% macro declared_key() -%}
    {%- set key = config.get('primary_key') -%}
    {%- if not key and config.get('materialized') == 'connected_components' -%}
        {%- set key = model.columns.keys() | list | first -%}
    {%- endif -%}
    {%- set key = [key] if key is string else (key or []) -%}
    {%- if not key -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ " has no primary key: add `config: {primary_key: [column, …]}` to its YAML."
        ) -%}
    {%- endif -%}
    {%- for column in key if column not in model.columns -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ "." ~ column ~ " is in the primary key but not among the columns of its YAML."
        ) -%}
    {%- endfor -%}
    {{ return(key) }}
{%- endmacro %}
