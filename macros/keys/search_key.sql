{#-
    The key by which the dashboard finds a phone or mailbox: HMAC-SHA256 with the pepper of the
    warehouse, of which both keyed halves lie in a row. 32 bytes; lode/search_pepper.py makes the same.

    Arguments: value (a phone in E.164 or a mailbox), pepper (alias of the row of search_pepper).
    Source: RFC 2104.
-#}
{% macro search_key(value, pepper) -%}
    unhex(sha2(
        concat(
            {{ pepper }}.outer_pad,
            unhex(sha2(concat({{ pepper }}.inner_pad, {{ value }}), 256))
        ), 256
    ))
{%- endmacro %}
