{#-
    The telephone number that the rules see in a text, in E.164; NULL if there is none. It may be a
    placeholder (macro without_placeholders).

    The plain ten-digit number, nearly every value, is recognized first.

    - A text that starts with +, 00 or 011 and a calling code other than 1 is international and never
      becomes a +1 number.
    - With a country (ISO code of two letters) outside the North American plan, a number without + is
      that country's.
    - Anything else is North American: the first valid number in the text.

    Arguments: column; country_column (SQL expression, optional).
    Example:   phone_in_text('phone_1') -> '512-555-0134 ext. 5' gives '+15125550134'
    Source: ITU-T E.164; see docs/standardization.md.
-#}
{% macro phone_in_text(column, country_column=none) -%}
    {%- set international -%} '^[^0-9a-zA-Z+]*(?:[+]|00|011)[^0-9a-zA-Z]*[2-9]' {%- endset -%}
    {%- set foreign = seed_values('country_calling_codes', 'country_code') -%}
    case
        when {{ column }} is null then null
        {%- if country_column %}
        when {{ country_column }} <> 'US' and {{ country_column }} in ({{ sql_list(foreign) }})
            and {{ column }} not regexp {{ international }} and left({{ column }}, 2) <> '+1'
            then {{ foreign_phone(national_phone(column, country_column)) }}
        {%- endif %}
        when {{ column }} regexp '^ *[+]?1?{{ nanp_number_pattern() }} *$'
            then concat('+1', right(regexp_replace({{ column }}, '[^0-9]', ''), 10))
        when {{ column }} regexp {{ international }} then {{ foreign_phone(column) }}
        else {{ nanp_phone(column) }}
    end
{%- endmacro %}
