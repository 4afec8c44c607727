{#-
    What tells the carriers of one key apart: the name, or without one the contact points.
    A person in thirteen monthly files is one carrier; thirteen strangers behind one switchboard
    are thirteen.
-#}
{% macro identity_text() -%}
    case
        when coalesce({{ told_part('first_name') }}, {{ told_part('last_name') }}) is null
            then concat_ws('|', coalesce(email_1, ''), coalesce(phone_1, ''))
        else concat_ws(
            '|', coalesce({{ told_part('first_name') }}, ''), coalesce({{ told_part('last_name') }}, '')
        )
    end
{%- endmacro %}
