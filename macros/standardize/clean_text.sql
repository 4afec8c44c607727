{#-
    Text without what the eye can't see: control characters, tabs, line breaks, non-breaking and
    zero-width spaces become one space, runs of spaces one space, none at the ends. NULL if nothing
    is left. Letters are not touched.

    Nearly every value has none of these: one look tells. (`nullif` works its first argument out twice.)

    Arguments: column.   Example: clean_text("name") -> '  Ann\tLee ' gives 'Ann Lee'
    Source: Unicode general categories Cc and Zs, and the zero-width characters U+200B–U+200F,
    U+FEFF.
-#}
{% macro clean_text(column) -%}
    {%- set unseen = '\\\\x{007F}-\\\\x{00A0}\\\\x{1680}\\\\x{2000}-\\\\x{200F}\\\\x{2028}-\\\\x{202F}'
        ~ '\\\\x{205F}\\\\x{3000}\\\\x{FEFF}' -%}
    case
        when {{ column }} not regexp '[\\x{0000}-\\x{001F}{{ unseen }}]|^ |  | $'
            then nullif({{ column }}, '')
        else nullif(trim(regexp_replace({{ column }}, '[\\x{0000}-\\x{0020}{{ unseen }}]+', ' ')), '')
    end
{%- endmacro %}
