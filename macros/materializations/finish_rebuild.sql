{#-
    Last step of a rebuild: commits the rows, adds the indexes, refreshes the statistics, lets readers
    see the result.

    Arguments: new (from start_rebuild, filled).
-#}
{% macro finish_rebuild(new) -%}
    {%- do run_query('commit') -%}
    {%- do add_declared_indexes(new) -%}
    {%- do refresh_statistics(new) -%}
    {%- do swap_in(new, this) -%}
    {%- do release_build_lock(this) -%}
{%- endmacro %}
