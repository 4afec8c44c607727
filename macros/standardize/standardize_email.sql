{#-
    A lower-case e-mail address, or NULL if the text holds no valid one. `mailto:`, a display name
    with angle brackets, quotes, brackets and final punctuation are removed; of several addresses
    the
    first counts. Dots and plus tags stay: they are part of the address. Placeholders such as
    none@none.com (seed placeholder_values) are none.

    Arguments: column.   Example: standardize_email("email") -> ' Ann <ANN@Example.org>' gives
    'ann@example.org'
    Source: RFC 5321 section 4.1.2 (dot-string, 64 and 254 octets), RFC 6531 (letters beyond ASCII).
-#}
{% macro standardize_email(column) -%}
    {%- set placeholders = seed_values('placeholder_values', 'value', "kind = 'email'") -%}
    {%- set letter = 'a-z0-9\\\\x{00A1}-\\\\x{FFEF}' -%}
    {%- set atom = '[' ~ letter ~ "!#$%&''*+/=?^_`{|}~-]+" -%}
    {%- set label = '[' ~ letter ~ '](?:[' ~ letter ~ '-]{0,61}[' ~ letter ~ '])?' -%}
    {%- set address -%}
        ^(?!{{ regex_alternation(placeholders) }}$)(?=.{3,254}$)(?=[^@]{1,64}@){{ atom }}
        {#- #}(?:[.]{{ atom }})*@(?:{{ label }}[.])+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$
    {%- endset -%}
    {%- set wrapping -%}
        ^[^@]*<(?:mailto:)?|^[^0-9a-z@]*mailto:|>.*$|[;,|].*$|^["''( ]+|["'') .]+$
    {%- endset -%}
    case
        when {{ column }} is null then null
        when lower({{ column }}) regexp '{{ address }}' then lower({{ column }})
        else nullif(regexp_substr(
            regexp_replace(lower({{ clean_text(column) }}), '{{ wrapping }}', ''), '{{ address }}'
        ), '')
    end
{%- endmacro %}
