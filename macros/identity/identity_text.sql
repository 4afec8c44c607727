{#-
    What tells the carriers of one key apart: the name, or without one the contact points.
    A person in thirteen monthly files is one carrier; thirteen strangers behind one switchboard
    are thirteen.
-#}
{% macro identity_text() -%}
    case
        when first_name_key is null and last_name_key is null
            then concat_ws('|', coalesce(email_1, ''), coalesce(phone_1, ''))
        else concat_ws('|', coalesce(first_name_key, ''), coalesce(last_name_key, ''))
    end
{%- endmacro %}
