{#-
    The secondary indexes of the model at hand; a sentence if one names a column that is not there.

    Example: declared_indexes() -> {'by_email': {'columns': ['email'], 'unique': false}}
-#}
{% macro declared_indexes() -%}
    {%- set indexes = {} -%}
    {%- for index in config.get('indexes') or [] -%}
        {%- set columns = [index.columns] if index.columns is string else index.columns -%}
        {%- for column in columns
            if model.resource_type != 'seed' and column not in model.columns -%}
            {%- do exceptions.raise_compiler_error(
                model.name ~ '.' ~ column ~ ' is in an index but not among the columns of its YAML.'
            ) -%}
        {%- endfor -%}
        {%- set name = index.name or 'by_' ~ columns | join('_') -%}
        {%- do indexes.update({name[:64]: {'columns': columns, 'unique': index.unique or false}}) -%}
    {%- endfor -%}
    {{ return(indexes) }}
{%- endmacro %}
