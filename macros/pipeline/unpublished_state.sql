{#-
    A working table as an attempt left it that was not published (it broke off, or built a part), or
    none. What that attempt may have written half has to be written again, so the table is taken
    over. A table from before that attempt is not: it was done with.

    Arguments: name (model name), layer (staging or canonical).
    Example:   {% set unfinished = unpublished_state('int_persons_touched') %}
-#}
{% macro unpublished_state(name, layer='canonical') -%}
    {%- set attempts = previous_state('pipeline_attempts') -%}
    {%- set relation = previous_state(name, layer) -%}
    {%- if not relation or not attempts -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query -%}
        select count(*)
        from {{ attempts }} as attempts
        inner join information_schema.tables as built
            on built.table_schema = '{{ relation.schema }}' and built.table_name = '{{ name }}'
        where
            attempts.run_id <> '{{ invocation_id }}'
            and built.create_time >= attempts.started_at
    {%- endset -%}
    {{ return(relation if run_query(query).columns[0].values()[0] | int > 0 else none) }}
{%- endmacro %}
