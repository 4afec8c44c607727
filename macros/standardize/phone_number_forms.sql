{#-
    The numbers of all countries outside the North American plan as one group of a regular
    expression: calling code, then as many digits as the country's numbers can have.

    Example: phone_number_forms() -> (?:44[0-9]{7,10}|49[0-9]{2,15}|…)
    Source: seed country_calling_codes
-#}
{% macro phone_number_forms() -%}
    {%- set forms = [] -%}
    {%- for row in seed_values(
        'country_calling_codes', "concat_ws(',', calling_code, min_length, max_length)"
    ) -%}
        {%- set code, shortest, longest = row.split(',') -%}
        {%- do forms.append(code ~ '[0-9]{' ~ shortest ~ ',' ~ longest ~ '}') -%}
    {%- endfor -%}
    {{ '(?:' ~ forms | unique | join('|') ~ ')' if forms else '[2-9][0-9]*' }}
{%- endmacro %}
