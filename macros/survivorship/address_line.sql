{#-
    The address of a record in one line, or NULL if it has none.

    Arguments: relation (alias with the columns of stg_people).
    Example:   '12 N OAK ST, APT 4, Austin, TX 78701'
-#}
{% macro address_line(relation) -%}
    nullif(concat_ws(
            ', ', {{ relation }}.street, {{ relation }}.unit, {{ relation }}.city,
            nullif(concat_ws(' ', {{ relation }}.state, {{ relation }}.zip), ''),
            nullif({{ relation }}.country, 'US')
        ), '')
{%- endmacro %}
