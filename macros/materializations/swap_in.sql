{#-
    Makes a finished relation the one that readers see, by one atomic rename, and drops the former.

    Arguments: new (finished, same schema), relation (its name from now on; a table, a view, or none).
    Example:   {% do swap_in(new, this) %}
-#}
{% macro swap_in(new, relation) -%}
    {%- set old = relation.incorporate(path={'identifier': relation.identifier ~ '__old'}) -%}
    {%- set former = relation_types(relation.schema, [relation.identifier]) -%}
    {%- if former -%}
        {%- do rename_in_turn([(relation, old), (new, relation)]) -%}
        {%- do run_query('drop ' ~ former[relation.identifier] ~ ' if exists ' ~ old) -%}
        {%- do adapter.cache_dropped(relation) -%}
    {%- else -%}
        {%- do rename_in_turn([(new, relation)]) -%}
    {%- endif -%}
{%- endmacro %}
