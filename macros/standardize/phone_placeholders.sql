{#-
    The placeholder numbers that would pass as valid, in E.164, as a list: those whose area code is
    assigned (888-888-8888). The others (555-555-5555) fail by their area code.

    Source: seeds placeholder_values (kind phone), nanp_area_codes
-#}
{% macro phone_placeholders() -%}
    {%- set area_codes = seed_values('nanp_area_codes', 'area_code') -%}
    {%- set valid = [] -%}
    {%- for number in seed_values('placeholder_values', 'value', "kind = 'phone'") -%}
        {%- if number[2:5] in area_codes or number[:2] != '+1' -%}
            {%- do valid.append(number) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(valid) }}
{%- endmacro %}
