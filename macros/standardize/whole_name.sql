{#-
    The text that has to be taken apart because first and last name are not given apart: the full
    name, a whole name in the first-name column, or `Last, First` in the last-name column. NULL
    where the columns can be used as they are.

    Arguments: full_name, first_name, last_name (cleaned columns).
-#}
{% macro whole_name(full_name, first_name, last_name) -%}
    case
        when {{ first_name }} is not null and {{ last_name }} is not null then null
        when {{ full_name }} is not null then {{ full_name }}
        when {{ first_name }} like '% %' then {{ first_name }}
        when {{ last_name }} like '%,%' then {{ last_name }}
    end
{%- endmacro %}
