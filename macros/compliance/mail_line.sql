{#-
    A standardized address as contact points have it, if a letter finds the place by it: a street with
    a ZIP code, or with city and state. Else null.

    Arguments: address (alias of standardized_addresses).
-#}
{% macro mail_line(address) -%}
    case
        when
            {{ address }}.street is not null
            and (
                {{ address }}.zip is not null
                or ({{ address }}.city is not null and {{ address }}.state is not null)
            )
            then {{ one_line_address(address) }}
    end
{%- endmacro %}
