{#-
    The time that a record counts as of: its source date, or the time of upload for a record without
    one, or with one that is yet to come (macro is_yet_to_come).

    Arguments: people, imports (aliases with the columns of stg_people and stg_imports).
    Example:   effective_at('people', 'imports')
-#}
{% macro effective_at(people, imports) -%}
    case
        when {{ people }}.source_date is null
            or {{ is_yet_to_come(people ~ '.source_date', imports ~ '.uploaded_at') }}
            then {{ imports }}.uploaded_at
        else {{ people }}.source_date
    end
{%- endmacro %}
