{#-
    Lower case with accents folded to plain letters (é to e, ß to ss, ł to l), for keys only: values
    keep their accents. Plain ASCII text, nearly all of it, takes the short way. `convert(… using
    ascii)` would give question marks, so each letter of the Latin blocks is named in a seed.

    Arguments: expression.   Example: fold_accents("'Łukasz'") -> 'lukasz'
    Source: Unicode decompositions (NFKD) of Latin-1 to Latin Extended Additional, and letters
    without one (ø, ł, đ, ß, æ) as library catalogues fold them: seed letter_folds.
-#}
{% macro fold_accents(expression) -%}
    {%- set folds = known_letter_folds() -%}
    case
        when length({{ expression }}) = char_length({{ expression }}) then lower({{ expression }})
        else {% for folded in folds %}regexp_replace({% endfor -%}
            lower(regexp_replace({{ expression }}, '[\\x{0300}-\\x{036F}]', ''))
            {%- for folded, letters in folds.items() -%}
                , '[{{ letters }}]', '{{ folded }}')
            {%- endfor %}
    end
{%- endmacro %}
