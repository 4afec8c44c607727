{#-
    A text in lower case as it can stand between the quotes of JSON: line breaks, quotes and
    backslashes are semicolons, other signs that nobody sees blanks.

    Arguments: column.   Example: json_words("email") -> '"Ann" <ANN@example.com>' gives
    ';ann; <ann@example.com>'
-#}
{% macro json_words(column) -%}
    {{ clean_text("regexp_replace(lower(" ~ column ~ "), '[\\\\r\\\\n\"\\\\\\\\]+', ';')") }}
{%- endmacro %}
