{#-
    True if two records have a value in common among several columns; never NULL.

    Arguments: one, other (aliases), columns (list of names).
    Example:   shares_any('one', 'other', ['email_1', 'email_2'])
-#}
{% macro shares_any(one, other, columns) -%}
    (
    {%- for left_column in columns -%}
        {%- for right_column in columns -%}
            ({{ one }}.{{ left_column }} = {{ other }}.{{ right_column }}) is true
            {%- if not (loop.last and left_column == columns[-1]) %} or {% endif -%}
        {%- endfor -%}
    {%- endfor -%}
    )
{%- endmacro %}
