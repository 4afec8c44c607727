{#-
    True when two values of one type are not the same to the byte: case, accents and trailing spaces
    count, and NULL differs from everything but NULL. Never NULL itself.

    `=` follows the collation, and even utf8mb4_bin pads with spaces, so text is compared as bytes.
    Numbers and times are compared as what they are: their text could hide a difference.

    Arguments: a, b (SQL expressions), data_type (theirs; text if left out).
    Example:   byte_differs('t.email', 'b.email')
-#}
{% macro byte_differs(a, b, data_type='text') -%}
    {%- if data_type | lower | trim == 'json' -%}
        not (cast(cast({{ a }} as char) as binary) <=> cast(cast({{ b }} as char) as binary))
    {%- elif is_text_type(data_type) -%}
        not (cast({{ a }} as binary) <=> cast({{ b }} as binary))
    {%- else -%}
        not ({{ a }} <=> {{ b }})
    {%- endif -%}
{%- endmacro %}
