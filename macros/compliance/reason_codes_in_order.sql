{#- The codes of seed reason_codes in their order, as a list. -#}
{% macro reason_codes_in_order() -%}
    {%- set codes = [] -%}
    {%- set ordered = "concat(lpad(sort_order, 6, '0'), reason_code)" -%}
    {%- for code in seed_values('reason_codes', ordered) | sort -%}
        {%- do codes.append(code[6:]) -%}
    {%- endfor -%}
    {{ return(codes) }}
{%- endmacro %}
