{#-
    Renames tables or views by one atomic statement, while no other session of the warehouse does.

    MySQL locks the views over a table with it, and then the tables below those: two sessions that
    rename two tables of one view would wait for one another, and one would be given up.

    Arguments: changes (list of pairs of relations: what is, and its name from now on).
    Example:   {% do rename_in_turn([(new, this)]) %}
-#}
{% macro rename_in_turn(changes) -%}
    {%- set every = changes[0][0].incorporate(
        path={'schema': target.schema, 'identifier': 'a table of ' ~ target.schema}
    ) -%}
    {%- set renamed = [] -%}
    {%- for former, named in changes -%}
        {%- do renamed.append(former ~ ' to ' ~ named) -%}
    {%- endfor -%}
    {%- do take_build_lock(every) -%}
    {%- do run_query('rename table ' ~ renamed | join(', ')) -%}
    {%- do release_build_lock(every) -%}
{%- endmacro %}
