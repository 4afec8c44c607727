{#-
    A name, or NULL where it is one of the words that stand for no name (test, unknown, occupant …).

    Arguments: expression (evaluated twice).   Example: name_text("'Test'") -> NULL
    Source: seed placeholder_values, kind name
-#}
{% macro name_text(expression) -%}
    {%- set placeholders = seed_values('placeholder_values', 'value', "kind = 'name'") -%}
    case
        when lower(replace({{ expression }}, ' ', '')) not in ({{ sql_list([''] + placeholders) }})
            then {{ expression }}
    end
{%- endmacro %}
