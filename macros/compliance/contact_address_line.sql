{#-
    An address as the contact point it is: one line of at most 400 characters, '' if nothing is known.

    Arguments: address (alias with the columns of addresses).
    Example:   '12 N OAK ST, APT 4, Austin, TX 78701'
-#}
{% macro contact_address_line(address) -%}
    left(concat_ws(
            ', ', {{ address }}.street, {{ address }}.unit, {{ address }}.city,
            concat_ws(' ', {{ address }}.state, {{ address }}.zip), nullif({{ address }}.country, 'US')
        ), 400)
{%- endmacro %}
