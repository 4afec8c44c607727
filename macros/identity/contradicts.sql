{#-
    True if both records have a value among the columns, but none in common; never NULL.

    Arguments: one, other (aliases), columns (list of names).
    Example:   contradicts('one', 'other', ['phone_1', 'phone_2', 'phone_3'])
-#}
{% macro contradicts(one, other, columns) -%}
    (
        coalesce(
        {%- for column in columns %}{{ one }}.{{ column }}{% if not loop.last %}, {% endif %}{% endfor -%}
        ) is not null
        and coalesce(
        {%- for column in columns %}{{ other }}.{{ column }}{% if not loop.last %}, {% endif %}{% endfor -%}
        ) is not null
        and not {{ shares_any(one, other, columns) }}
    )
{%- endmacro %}
