{#-
    An address as one line, as mail is addressed to it.

    Arguments: address (alias of addresses).
-#}
{% macro one_line_address(address) -%}
    left(concat_ws(
        ', ', {{ address }}.street, {{ address }}.unit, {{ address }}.city,
        concat_ws(' ', {{ address }}.state, {{ address }}.zip), nullif({{ address }}.country, 'US')
    ), 400)
{%- endmacro %}
