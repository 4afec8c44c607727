{#-
    A table of this project as the last run left it, or none if it was never built.

    The identity models need to know who was who before this run. A ref() would close a circle in
    the lineage, so the relation is looked up by its name on purpose.

    Arguments: name (model name), layer (staging, canonical or marts).
    Example:   {% set known = previous_state('person_records') %}{% if known %} … {{ known }} …
-#}
{% macro previous_state(name, layer='canonical') -%}
    {%- if not execute -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set schema = generate_schema_name(layer, none) -%}
    {{ return(adapter.get_relation(database=none, schema=schema, identifier=name)) }}
{%- endmacro %}
