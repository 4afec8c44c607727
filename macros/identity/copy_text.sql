{#-
    All that a record says about who somebody is, in one text: two records with the same one can't be told
    apart. For records with name and ZIP.

    Arguments: record (alias with the columns of stg_people, optional).
-#}
{% macro copy_text(record=none) -%}
    {%- set alias = record ~ '.' if record else '' -%}
    concat_ws(
        '|',
        {{ alias }}name_zip_key
        {%- for column in [
            'middle_name', 'name_suffix', 'birth_date', 'street_key', 'email_1', 'email_2',
            'phone_1', 'phone_2', 'phone_3',
        ] %},
        coalesce({{ alias }}{{ column }}, '')
        {%- endfor %}
    )
{%- endmacro %}
