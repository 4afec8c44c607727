{#-
    The date that a text starts with, or NULL if it holds none or one that does not exist. Never
    raises, also in a strict session. Ambiguous dates (03/04/2026) are read the US way and reported
    by import_validation_log.

    Arguments: column, pivot (two-digit years below it belong to this century; default 30).
    Example:   parse_date("birth_date", 20) -> '02/30/1970' gives NULL, '2/3/70' 1970-02-03
-#}
{% macro parse_date(column, pivot=30) -%}
    case
        when char_length({{ column }}) = 10 and {{ column }} regexp '^{{ real_date_pattern() }}$'
            then cast({{ column }} as date)
        else cast(nullif(regexp_substr(
            {{ iso_date_text(column, pivot) }}, '^{{ real_date_pattern() }}$'
        ), '') as date)
    end
{%- endmacro %}
