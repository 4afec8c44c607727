{#-
    A pattern that finds the trunk prefix behind a calling code: the 0 in 49 0711 …, the 8 in
    7 8 495 …, the 06 in 36 06 1 …. A prefix that could also begin a number counts only if a whole
    number follows it. For foreign_phone.

    Example: phone_trunk_prefixes() -> (?<=^49)0|(?<=^36)06(?=[0-9]{8,9}$)|…
    Source: seed country_calling_codes
-#}
{% macro phone_trunk_prefixes() -%}
    {%- set patterns = [] -%}
    {%- for row in seed_values(
        'country_calling_codes',
        "concat_ws(',', calling_code, trunk_prefix, min_length, max_length)",
        'trunk_prefix is not null'
    ) -%}
        {%- set code, trunk, shortest, longest = row.split(',') -%}
        {%- set follows = '' if trunk == '0' else '(?=[0-9]{' ~ shortest ~ ',' ~ longest ~ '}$)' -%}
        {%- do patterns.append('(?<=^' ~ code ~ ')' ~ trunk ~ follows) -%}
    {%- endfor -%}
    {{ patterns | unique | join('|') if patterns else '(?!)' }}
{%- endmacro %}
