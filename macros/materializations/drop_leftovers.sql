{#-
    Drops what a killed build of a relation may have left: {name}__new and {name}__old.

    Arguments: relation.   Example: {% do drop_leftovers(this) %}
-#}
{% macro drop_leftovers(relation) -%}
    {%- set names = [relation.identifier ~ '__new', relation.identifier ~ '__old'] -%}
    {%- for name, type in relation_types(relation.schema, names).items() -%}
        {%- do run_query(
            'drop ' ~ type ~ ' if exists ' ~ relation.incorporate(path={'identifier': name})
        ) -%}
    {%- endfor -%}
{%- endmacro %}
