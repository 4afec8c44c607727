{#-
    The first-name column without titles, and of two persons the first: 'John & Mary' gives 'John'.

    Arguments: expression (a column).   Example: first_of_two("'Mr. and Mrs. John'") -> 'John'
-#}
{% macro first_of_two(expression) -%}
    case
        when {{ expression }} regexp '(?i){{ name_pair_pattern() }}[^ ]'
            then regexp_replace(
                {{ strip_name_affixes(expression) }}, '(?i){{ name_pair_pattern() }}[^ ].*$', ''
            )
        else {{ strip_name_affixes(expression) }}
    end
{%- endmacro %}
