{#-
    A lower-case e-mail address, or NULL if the text holds no valid one. `mailto:`, a display name
    with angle brackets, quotes, brackets and final punctuation are removed; of several addresses, apart by
    a semicolon, comma, bar, slash, ampersand or blank, the first counts. Dots and plus tags stay: they are
    part of the address. Placeholders such as
    none@none.com (seed placeholder_values) are none.

    Arguments: column.   Example: standardize_email("email") -> ' Ann <ANN@Example.org>' gives
    'ann@example.org'
    Source: RFC 5321 section 4.1.2 (dot-string, 64 and 254 octets), RFC 6531 (letters beyond ASCII).
-#}
{% macro standardize_email(column) -%}
    {%- set placeholders = seed_values('placeholder_values', 'value', "kind = 'email'") -%}
    {#- Letters beyond ASCII, without what the eye can't see: two mailboxes would look like one. -#}
    {%- set unseen = '\\\\x{00AD}\\\\x{200B}-\\\\x{200F}\\\\x{202A}-\\\\x{202E}\\\\x{2060}-\\\\x{206F}\\\\x{FEFF}' -%}
    {%- set letter = 'a-z0-9\\\\x{00A1}-\\\\x{00AC}\\\\x{00AE}-\\\\x{167F}\\\\x{1681}-\\\\x{1FFF}'
        ~ '\\\\x{2010}-\\\\x{2027}\\\\x{2030}-\\\\x{205E}\\\\x{2070}-\\\\x{2FFF}\\\\x{3001}-\\\\x{FEFE}'
        ~ '\\\\x{FF00}-\\\\x{FFEF}' -%}
    {%- set atom = '[' ~ letter ~ "!#$%&''*+/=?^_`{|}~-]+" -%}
    {%- set label = '[' ~ letter ~ '](?:[' ~ letter ~ '-]{0,61}[' ~ letter ~ '])?' -%}
    {%- set address -%}
        ^(?!{{ regex_alternation(placeholders) }}$)(?=.{3,254}$)(?=[^@]{1,64}@){{ atom }}
        {#- #}(?:[.]{{ atom }})*@(?:{{ label }}[.])+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})\\z
    {%- endset -%}
    {%- set wrapping -%}
        ^[^@]*<(?:mailto:)?|^[^0-9a-z@]*mailto:|>.*$|[;,|].*$|^["''( ]+|["'') .]+$
    {%- endset -%}
    {#- A slash may be a part of an address: only where another one follows does it end the first. -#}
    {%- set first_of_several = '^[^@]*@[^@;,|/& ]+(?=[;,|/& ][^@]*@)|^.*' -%}
    case
        when {{ column }} is null then null
        when lower({{ column }}) regexp '{{ address }}' then lower({{ column }})
        else nullif(regexp_substr(
            regexp_replace(
                regexp_substr(
                    lower({{ clean_text("regexp_replace(" ~ column ~ ", '[" ~ unseen ~ "]+', '')") }}),
                    '{{ first_of_several }}'
                ),
                '{{ wrapping }}', ''
            ),
            '{{ address }}'
        ), '')
    end
{%- endmacro %}
