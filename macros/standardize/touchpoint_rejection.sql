{#-
    Why a touchpoint can't be used, or NULL: it names no contact point and nobody by name and ZIP, or
    its channel or time is not known.

    Expects email, phone_e164, first_name_key, last_name_key, zip, touchpoint_type, touchpoint_date.
-#}
{% macro touchpoint_rejection() -%}
    case
            when
                coalesce(email, phone_e164) is null
                and (first_name_key is null or last_name_key is null or zip is null)
                then 'NO_CONTACT'
            when touchpoint_type is null then 'UNKNOWN_TYPE'
            when touchpoint_date is null then 'NO_DATE'
        end
{%- endmacro %}
