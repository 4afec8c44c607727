{#-
    A pattern for names whose last word is the fifth's V: John Smith V. Behind a comma the letter is
    an initial (Smith, John V), so a name with a comma is never one. For name_suffix and name_body.

    Example: name regexp '{{ fifth_pattern() }}'
-#}
{% macro fifth_pattern() -%}
    (?i)^[^ ,]+ [^,]*[^ ,]{2,} v$
{%- endmacro %}
