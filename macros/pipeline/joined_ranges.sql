{#-
    The ranges that sorted values make when neighbours share one, as a list of (first, last).

    Arguments: values (sorted list of int or date), step (how far apart neighbours are at most: int,
               or timedelta for dates).
    Example:   joined_ranges([3, 4, 5, 9], 1) -> [(3, 5), (9, 9)]
-#}
{% macro joined_ranges(values, step) -%}
    {%- set ranges = [] -%}
    {%- for value in values -%}
        {%- if ranges and value - ranges[-1][1] <= step -%}
            {%- do ranges.append((ranges.pop()[0], value)) -%}
        {%- else -%}
            {%- do ranges.append((value, value)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(ranges) }}
{%- endmacro %}
