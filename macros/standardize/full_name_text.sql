{#-
    A full name, cleaned and without quotes around all of it; NULL where it stands for nobody (Current
    Resident) or nothing.

    Arguments: column (raw).   Example: full_name_text('full_name') -> '"Smith, John"' gives 'Smith, John'
    Source: seed placeholder_values, kinds name and null_word
-#}
{% macro full_name_text(column) -%}
    {%- set placeholders = seed_values('placeholder_values', 'value', "kind = 'name'") -%}
    {%- set inside = 'substr(trim(' ~ column ~ '), 2, char_length(trim(' ~ column ~ ')) - 2)' -%}
    case
            when lower(replace({{ column }}, ' ', '')) in ({{ sql_list([''] + placeholders) }}) then null
            when
                left(trim({{ column }}), 1) in ('"', '“', '''')
                and right(trim({{ column }}), 1) in ('"', '”', '''')
                and locate('"', {{ inside }}) = 0
                then {{ blank_to_null(inside) }}
            else {{ blank_to_null(column) }}
        end
{%- endmacro %}
