{#-
    An international number as + and its digits, or NULL: the text must start (after any
    punctuation) with +, 00 or 011 and a calling code other than 1. Brackets, punctuation, a trunk
    prefix after the calling code (+44 (0)20 …) and what follows the number are dropped. The number
    of digits must be possible in that country and 8 to 15 in all.

    Arguments: expression.
    Example:   foreign_phone("phone") -> '011 44 (0)20 7946 0018' gives '+442079460018'
    Source: ITU-T E.164; lengths and trunk prefixes from seed country_calling_codes.
-#}
{% macro foreign_phone(expression) -%}
    concat('+', nullif(regexp_substr(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_substr({{ expression }}, '(?:[+]|00|011)[0-9 ()./-]+'),
                    '[^0-9]',
                    ''
                ),
                '^0(?:0|11)',
                ''
            ),
            '{{ phone_trunk_prefixes() }}',
            ''
        ),
        '^(?=[0-9]{8,15}$){{ phone_number_forms() }}$'
    ), ''))
{%- endmacro %}
