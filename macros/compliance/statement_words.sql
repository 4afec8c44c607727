{#-
    The words of an outcome or a status as seed request_statements spells them: case, signs and
    digits don't count.

    Arguments: column (SQL expression).   Example: statement_words("'DO_NOT-Call'") -> 'do not call'
-#}
{% macro statement_words(column) -%}
    trim(regexp_replace(lower(left({{ column }}, 64)), '[^a-z]+', ' '))
{%- endmacro %}
