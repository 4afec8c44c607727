{#-
    Cleaned text, or NULL where a program or a person wrote a word for "nothing": N/A, none, -, …
    (seed placeholder_values, kind null_word). Words are compared as written, because `Null`, `Na`
    and `Nan` are surnames while NULL, NA and NaN come from programs.

    Arguments: column.   Example: blank_to_null("company") -> ' n/a ' gives NULL
-#}
{% macro blank_to_null(column) -%}
    case
        when trim({{ column }}) not in ({{ sql_list(null_words()) }}) then {{ clean_text(column) }}
    end
{%- endmacro %}
