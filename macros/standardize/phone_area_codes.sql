{#-
    The assigned area codes of the North American Numbering Plan as one group of a regular
    expression, grouped by first and by second digit so that a number is checked in a few steps:
    (?:2(?:0[1-9]|1[02-9]|…)|3(?:…)). Without the seed: any code of the plan's form (2–9, not N11).

    Put together once in a run. Example: phone_area_codes()   Source: seed nanp_area_codes
-#}
{% macro phone_area_codes() -%}
    {%- set known = answers_of_run() -%}
    {%- if 'phone_area_codes' not in known -%}
        {%- set tree = {} -%}
        {%- for code in seed_values('nanp_area_codes', 'area_code') | sort -%}
            {%- set branch = tree.setdefault(code[0], {}) -%}
            {%- do branch.update({code[1]: branch.get(code[1], '') ~ code[2]}) -%}
        {%- endfor -%}
        {%- set groups = [] -%}
        {%- for first, branch in tree.items() -%}
            {%- set ends = [] -%}
            {%- for second, last_digits in branch.items() -%}
                {%- do ends.append(second ~ '[' ~ last_digits ~ ']') -%}
            {%- endfor -%}
            {%- do groups.append(first ~ '(?:' ~ ends | join('|') ~ ')') -%}
        {%- endfor -%}
        {%- do known.update({'phone_area_codes': groups | join('|')}) -%}
    {%- endif -%}
    (?:{{ known['phone_area_codes'] or '[2-9](?!11)[0-9]{2}' }})
{%- endmacro %}
