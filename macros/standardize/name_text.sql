{#-
    A name, or NULL where it is one of the words that stand for no name (test, unknown, occupant …) or
    for nothing (N/A as a part of a whole name). Na and Nan are given names, in capitals, too: words of
    three letters stay.

    Arguments: expression (evaluated twice).   Example: name_text("'Test'") -> NULL
    Source: seed placeholder_values, kinds name and null_word
-#}
{% macro name_text(expression) -%}
    {%- set nothing = [] -%}
    {%- for word in null_words() if word | length > 3 or not word.isalpha() -%}
        {%- do nothing.append(word) -%}
    {%- endfor -%}
    {%- set placeholders = seed_values('placeholder_values', 'value', "kind = 'name'") -%}
    case
        when lower(replace({{ expression }}, ' ', '')) not in ({{ sql_list([''] + placeholders) }})
            and {{ expression }} not in ({{ sql_list(nothing) }})
            then {{ expression }}
    end
{%- endmacro %}
