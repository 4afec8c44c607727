{#-
    The middle names: of a whole name the given names after the first, else the middle-name column,
    else an initial at the end of the first-name column. A dot behind an initial goes.

    Arguments: given_name, name_body (see first_name), middle_name (column).
    Example:   middle_name("'J. Robert'", "'J. Robert Lee'", "null") -> 'Robert'
-#}
{% macro middle_name(given_name, name_body, middle_name) -%}
    nullif(trim(trailing '.' from case
        when {{ name_body }} is not null
            then trim(substr(
                {{ given_name }}, char_length(substring_index({{ given_name }}, ' ', 1)) + 1
            ))
        else coalesce(
            {{ strip_name_affixes(middle_name) }},
            case when {{ given_name }} like '% %' then
                trim(regexp_substr({{ given_name }}, '(?<=[^ .]{2}) [A-Za-z][.]?$'))
            end
        )
    end), '')
{%- endmacro %}
