{#-
    The first column of a query's result, asked once in a run however many models want it.

    Some lists are wanted a dozen times in one model, and each statement costs dbt more than the
    server. Only for what no model of the run changes: code lists, the server's version. Empty while
    dbt parses.

    Arguments: query.   Example: asked_once('select version()') -> ['10.11.19-MariaDB']
-#}
{% macro asked_once(query) -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set known = answers_of_run() -%}
    {%- if query not in known -%}
        {%- do known.update({query: run_query(query).columns[0].values() | list}) -%}
    {%- endif -%}
    {{ return(known[query]) }}
{%- endmacro %}
