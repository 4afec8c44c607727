{#-
    1 if a column holds no value: NULL, only blanks, or a word for nothing (see blank_to_null).

    Arguments: column.   Example: is_blank('street_2')
-#}
{% macro is_blank(column) -%}
    coalesce(trim({{ column }}) in ('', {{ sql_list(null_words()) }}), 1)
{%- endmacro %}
