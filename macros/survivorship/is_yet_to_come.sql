{#-
    True for a source date later than the upload of its file: no source knows what is to come, so it
    is a slip or a two-digit year, and would be the newest for ever. A day is allowed, since times
    without a zone are taken as UTC and clocks east of it are up to 14 hours ahead. Measured against the
    upload and never against now(), so that every build says the same.

    Arguments: source_date, uploaded_at (SQL expressions).
    Example:   is_yet_to_come('people.source_date', 'imports.uploaded_at') -> 2062-01-01 in a file
    uploaded on 2026-03-01 is
-#}
{% macro is_yet_to_come(source_date, uploaded_at) -%}
    {{ source_date }} > {{ uploaded_at }} + interval 1 day
{%- endmacro %}
