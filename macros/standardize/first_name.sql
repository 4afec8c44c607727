{#-
    The first name among the given names. Given names out of a whole name: the first word. Given
    names from a first-name column: all of it (Mary Ann) but a last initial (John M.), which is the
    middle name. A dot behind an initial goes. '' if nothing is left.

    Arguments: given_name, name_body (NULL if the source gave the parts in columns).
    Example:   first_name("'J. Robert'", "'J. Robert Lee'") -> 'J'
-#}
{% macro first_name(given_name, name_body) -%}
    trim(trailing '.' from case
        when {{ name_body }} is not null then substring_index({{ given_name }}, ' ', 1)
        when {{ given_name }} not like '% %' then {{ given_name }}
        else regexp_replace({{ given_name }}, '(?<=[^ .]{2}) [A-Za-z][.]?$', '')
    end)
{%- endmacro %}
