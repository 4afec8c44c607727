{#-
    A regular expression for dates whose day and month could be swapped: both at most 12 and not the
    same, with the year last (03/04/2026).

    Example: birth_date regexp '{{ ambiguous_date_pattern() }}'
-#}
{% macro ambiguous_date_pattern() -%}
    ^ *(?!0?([1-9]|1[0-2])[-/.]0?\\1[-/.])(?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|1[0-2])[-/.][0-9]{2}
{%- endmacro %}
