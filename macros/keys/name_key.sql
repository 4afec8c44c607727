{#-
    The form of a name by which records are compared: lower case, accents folded, letters a–z only.
    NULL if no such letter is left (a name in another script is matched by other keys). Most names are
    their own key.

    Arguments: expression.   Example: name_key("'O''Brien-Peña'") -> 'obrienpena'
-#}
{% macro name_key(expression) -%}
    {%- set letters = seed_values('letter_folds', 'letter') | join -%}
    case
        when lower({{ expression }}) not regexp '(?-i)[^a-z]' then nullif(lower({{ expression }}), '')
        when lower({{ expression }}) regexp '[a-z{{ letters }}]'
            then regexp_replace({{ fold_accents(expression) }}, '[^a-z]+', '')
    end
{%- endmacro %}
