{#-
    dbt.type_string for MySQL: what `cast(x as …)` calls a text of any length.

    Example: cast(42 as {{ dbt.type_string() }}) -> '42'
-#}
{% macro mysql__type_string() -%}
    char
{%- endmacro %}
