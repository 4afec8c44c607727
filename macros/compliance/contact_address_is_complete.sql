{#-
    True if mail can arrive: street, city, state and ZIP of an address in the US.

    Arguments: address (alias with the columns of addresses).
-#}
{% macro contact_address_is_complete(address) -%}
    {{ address }}.street is not null and {{ address }}.city is not null
        and {{ address }}.state is not null and {{ address }}.zip is not null
        and {{ address }}.country <=> 'US'
{%- endmacro %}
