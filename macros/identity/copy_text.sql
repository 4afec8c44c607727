{#-
    All that a record says about who somebody is, in one text: two records with the same one can't be told
    apart. For records with name and ZIP.
-#}
{% macro copy_text() -%}
    concat_ws(
        '|',
        name_zip_key
        {%- for column in [
            'middle_name', 'name_suffix', 'birth_date', 'street_key', 'email_1', 'email_2',
            'phone_1', 'phone_2', 'phone_3',
        ] %},
        coalesce({{ column }}, '')
        {%- endfor %}
    )
{%- endmacro %}
