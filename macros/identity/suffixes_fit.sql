{#-
    True if two names' suffixes can be one person's: equal (none equals none), or one is missing where
    mailbox and number are the same. Never NULL.

    Arguments: one, other (aliases with the columns of stg_people), tie (SQL expression: strongest
    tie, see tie_of_key).
-#}
{% macro suffixes_fit(one, other, tie) -%}
    (
        {{ one }}.name_suffix <=> {{ other }}.name_suffix
        or (
            {{ tie }} = 1
            and ({{ one }}.name_suffix is null or {{ other }}.name_suffix is null)
            and {{ shares_any(one, other, ['phone_1', 'phone_2', 'phone_3']) }}
        )
    )
{%- endmacro %}
