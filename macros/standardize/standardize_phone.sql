{#-
    A telephone number in E.164, or NULL if the text holds no valid one. Placeholders such as
    888-888-8888 (seed placeholder_values) are none.

    Arguments: column; country_column (SQL expression, optional).
    Example:   standardize_phone('phone_1') -> '512-555-0134 ext. 5' gives '+15125550134'
    Source: ITU-T E.164; see docs/standardization.md.
-#}
{% macro standardize_phone(column, country_column=none) -%}
    {{ without_placeholders(phone_in_text(column, country_column)) }}
{%- endmacro %}
