{#-
    True if a record has a value, in any of some columns, that another record has in none of them;
    never NULL.

    Arguments: one (alias of the record that has it), other (alias of the one without), columns.
-#}
{% macro lacks_some(one, other, columns) -%}
    (
    {%- for column in columns -%}
        ({{ one }}.{{ column }} is not null
        {%- for other_column in columns %} and not {{ one }}.{{ column }} <=> {{ other }}.{{ other_column }}
        {%- endfor -%}
        )
        {%- if not loop.last %} or {% endif -%}
    {%- endfor -%}
    )
{%- endmacro %}
