{#-
    A suffix that somebody wrote down by hand in the spelling of records (Junior gives JR); what is no
    known suffix stays.

    Arguments: column.   Example: standard_suffix('value') -> '3rd' gives 'III'
    Source: seed name_suffixes, kind generational
-#}
{% macro standard_suffix(column) -%}
    coalesce({{ name_suffix("concat('xx xx ', " ~ column ~ ")") }}, {{ column }})
{%- endmacro %}
