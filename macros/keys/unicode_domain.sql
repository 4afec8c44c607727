{#-
    A domain whose name is written in letters (bücher.example), also where it is given in the ASCII form
    of such names (xn--bcher-kva.example). Read is one label with one letter beyond ASCII, which SQL
    can do at a look: the number behind the last hyphen says which letter, and where. Others stay
    as they are.

    Arguments: domain (SQL expression, lower case).   Example: unicode_domain("'xn--caf-dma.example'")
    Source: RFC 3492 (Punycode; section 6.2 with the bias 72, so thresholds 1, 1, 26 and weights 1, 35,
    1225, 12250), RFC 5891.
-#}
{% macro unicode_domain(domain) -%}
    {%- set label -%}
        substring_index(substr({{ domain }}, locate('xn--', {{ domain }})), '.', 1)
    {%- endset -%}
    {%- set number -%} substring_index({{ label }}, '-', -1) {%- endset -%}
    {%- set plain -%}
        substr({{ label }}, 5, char_length({{ label }}) - 5 - char_length({{ number }}))
    {%- endset -%}
    {%- set delta -%}
        (
        {%- for weight in [1, 35, 1225, 12250] -%}
            {{ weight }} * (locate(
                substr({{ number }}, {{ loop.index }}, 1), 'abcdefghijklmnopqrstuvwxyz0123456789'
            ) - 1) {{- ' + ' if not loop.last }}
        {%- endfor -%}
        )
    {%- endset -%}
    {%- set places -%} (char_length({{ plain }}) + 1) {%- endset -%}
    case
        when locate('xn--', {{ domain }}) = 0 then {{ domain }}
        when {{ number }} regexp '^(?:a|[b-z0-9]a|[b-z0-9]{2}[0-9]?[a-z])$'
            then replace(
                {{ domain }},
                {{ label }},
                concat(
                    left({{ plain }}, {{ delta }} % {{ places }}),
                    lower(convert(char(128 + {{ delta }} div {{ places }} using utf32) using utf8mb4)),
                    substr({{ plain }}, {{ delta }} % {{ places }} + 1)
                )
            )
        else {{ domain }}
    end
{%- endmacro %}
