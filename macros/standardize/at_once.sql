{#-
    Ends a CTE whose columns are used many times further on: the server computes them once and keeps
    the rows, instead of putting the whole expression in at each use. (A limit that no table reaches
    is the one form of this that MySQL and MariaDB both have.)

    Example: select … from people {{ at_once() }}
-#}
{% macro at_once() -%}
    limit 18446744073709551615
{%- endmacro %}
