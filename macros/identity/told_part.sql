{#-
    A part of a name as it is compared where a key is not asked for: its key, else (a name in another
    script has none) the name itself, in lower case. NULL if it is missing.

    Arguments: part (first_name or last_name), record (alias with the columns of stg_people, optional).
    Example:   told_part('first_name', 'one') -> 'ann', 'иван'
-#}
{% macro told_part(part, record=none) -%}
    {%- set column = (record ~ '.' if record else '') ~ part -%}
    coalesce({{ column }}_key, lower({{ column }}))
{%- endmacro %}
