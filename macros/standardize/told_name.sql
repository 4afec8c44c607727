{#-
    The name by which a contact is told from another one of the same moment, or NULL: name, suffix, and
    ZIP where there is a name.

    Expects first_name_key, last_name_key, name_suffix, zip.
-#}
{% macro told_name() -%}
    nullif(concat_ws(
            '|', first_name_key, last_name_key,
            if(coalesce(first_name_key, last_name_key) is null, null, left(zip, 16)), name_suffix
        ), '')
{%- endmacro %}
