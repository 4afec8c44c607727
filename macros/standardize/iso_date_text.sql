{#-
    The date at the start of a text, written year-month-day, before it is checked: ISO (also with
    slashes or a time behind), yyyymmdd, US month/day/year, day-Mon-year, Month day, year. NULL for
    other forms. Day/month is read only where the first number can't be a month (25/12/2026).

    Arguments: column (cleaned), pivot (two-digit years below it belong to this century).
    Example:   iso_date_text("d") -> '2/9/26' gives '2026-02-09'
    The two commonest forms come first, without any rewriting.
-#}
{% macro iso_date_text(column, pivot) -%}
    {%- set text -%} regexp_replace({{ column }}, '[^0-9A-Za-z]+', '-') {%- endset -%}
    {%- set first -%} substring_index({{ text }}, '-', 1) {%- endset -%}
    {%- set second -%} substring_index(substring_index({{ text }}, '-', 2), '-', -1) {%- endset -%}
    {%- set third -%}
        regexp_substr(substring_index(substring_index({{ text }}, '-', 3), '-', -1), '^[0-9]+')
    {%- endset -%}
    {%- set months = "'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'" -%}
    {%- set end = '(?![0-9])' -%}
    case
        when {{ column }} regexp '^[0-9]{4}-[0-9]{2}-[0-9]{2}{{ end }}' then left({{ column }}, 10)
        when {{ column }} regexp '^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$'
            and substring_index({{ column }}, '/', 1) <= 12
            then concat_ws(
                '-',
                right({{ column }}, 4),
                lpad(substring_index({{ column }}, '/', 1), 2, '0'),
                lpad(substring_index(substring_index({{ column }}, '/', 2), '/', -1), 2, '0')
            )
        when {{ column }} regexp '^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}{{ end }}'
            then concat_ws('-', {{ first }}, lpad({{ second }}, 2, '0'), lpad({{ third }}, 2, '0'))
        when {{ column }} regexp '^[0-9]{8}(?:[T ][0-9]{2}:?[0-9]{2}.*)?$'
            then concat_ws(
                '-', left({{ column }}, 4), substr({{ column }}, 5, 2), substr({{ column }}, 7, 2)
            )
        when {{ column }} regexp '^[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{2}|[0-9]{4}){{ end }}'
            then concat_ws(
                '-',
                {{ four_digit_year(third, pivot) }},
                lpad(if({{ first }} > 12, {{ second }}, {{ first }}), 2, '0'),
                lpad(if({{ first }} > 12, {{ first }}, {{ second }}), 2, '0')
            )
        when {{ column }} regexp '^[0-9]{1,2}[- /][A-Za-z]{3,9}[.,]?[- /]+(?:[0-9]{2}|[0-9]{4}){{ end }}'
            then concat_ws(
                '-',
                {{ four_digit_year(third, pivot) }},
                lpad(field(lower(left({{ second }}, 3)), {{ months }}), 2, '0'),
                lpad({{ first }}, 2, '0')
            )
        when {{ column }} regexp '^[A-Za-z]{3,9}[.]?[- ][0-9]{1,2}[-, ]+[0-9]{4}{{ end }}'
            then concat_ws(
                '-',
                {{ third }},
                lpad(field(lower(left({{ first }}, 3)), {{ months }}), 2, '0'),
                lpad({{ second }}, 2, '0')
            )
    end
{%- endmacro %}
