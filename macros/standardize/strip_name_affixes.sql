{#-
    A part of a name without the titles and suffixes that some sources leave in it: 'Dr. Ann' in the
    first-name column, 'Smith Jr.' in the last-name column. A single word has none.

    Arguments: expression (a column).   Example: strip_name_affixes("'Smith Jr.'") -> 'Smith'
-#}
{% macro strip_name_affixes(expression) -%}
    case
        when {{ expression }} like '% %' or {{ expression }} like '%,%'
            then nullif(trim(regexp_replace({{ expression }}, '{{ name_affix_pattern() }}', '')), '')
        else {{ expression }}
    end
{%- endmacro %}
