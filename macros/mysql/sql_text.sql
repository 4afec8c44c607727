{#-
    A text as a SQL literal, cut to a length.

    Arguments: text, length (characters).   Example: sql_text("it's", 60) -> 'it''s'
-#}
{% macro sql_text(text, length) -%}
    '{{ text[:length] | replace("\\", "\\\\") | replace("'", "''") }}'
{%- endmacro %}
