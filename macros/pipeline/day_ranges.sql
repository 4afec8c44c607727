{#-
    A condition that keeps the rows of some days, as few ranges of an indexed moment: days that are a
    month apart or less share one, so that it may keep days between them, too.

    Arguments: days (sorted list of dates), column (datetime).
    Example:   (made_at >= '2026-01-05' and made_at < '2026-01-07'), or 1 = 0 for an empty list
-#}
{% macro day_ranges(days, column) -%}
    {%- set ranges = joined_ranges(days, modules.datetime.timedelta(days=31)) -%}
    {%- if not ranges -%}
        1 = 0
    {%- else -%}
        (
        {%- for first, last in ranges -%}
            {{ column }} >= '{{ first }}' and {{ column }} < date('{{ last }}') + interval 1 day
            {%- if not loop.last %} or {% endif -%}
        {%- endfor -%}
        )
    {%- endif -%}
{%- endmacro %}
