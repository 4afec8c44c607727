{#-
    The letters with accents that become each plain letter, as one text for each; put together once
    in a run, since a model asks a dozen times and there are a thousand. See `answers_of_run`.

    Example: known_letter_folds() -> {'a': 'àáâ…', 'ss': 'ßẞ', …}
-#}
{% macro known_letter_folds() -%}
    {%- set known = answers_of_run() -%}
    {%- if 'letter_folds' not in known -%}
        {%- set folds = {} -%}
        {%- for pair in seed_values('letter_folds', "concat(folded, '=', letter)") -%}
            {%- set folded, letter = pair.split('=') -%}
            {%- do folds.update({folded: folds.get(folded, '') ~ letter}) -%}
        {%- endfor -%}
        {%- do known.update({'letter_folds': folds}) -%}
    {%- endif -%}
    {{ return(known['letter_folds']) }}
{%- endmacro %}
