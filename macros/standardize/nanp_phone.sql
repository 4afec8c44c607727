{#-
    The first valid number of the North American Numbering Plan in a text, as +1 and ten digits, or
    NULL. Leading 1, +1, 001 and 0111, any punctuation and an extension behind it do not matter.

    An area code must be assigned (seed nanp_area_codes), an exchange starts with 2–9. Exchanges
    such as 211 are accepted, as libphonenumber does. NPA-555-01XX, kept for fiction, is valid.
    Only where no number stands in one piece, spelled words (1-800-FLOWERS) and odd groups of
    digits (512 55 51 234) are tried.

    Arguments: column.   Example: nanp_phone("phone") -> '(512) 555-0134 x12' gives '+15125550134'
    Source: ATIS-0300051 / NANPA, central office code and area code formats.
-#}
{% macro nanp_phone(column) -%}
    {%- set number = nanp_number_pattern() ~ '(?![0-9])' -%}
    {%- set prefix = '(?<![0-9])(?:(?:00|011)?[^0-9a-zA-Z]{0,2}1)?' -%}
    concat('+1', right(regexp_replace(coalesce(
        nullif(regexp_substr({{ column }}, '{{ prefix ~ number }}'), ''),
        nullif(regexp_substr(
            regexp_replace(
                case
                    when {{ column }} regexp '[a-zA-Z]{3}' then {{ spelled_digits(column) }}
                    else {{ column }}
                end,
                '[^0-9]',
                ''
            ),
            '^1?{{ number }}$'
        ), '')
    ), '[^0-9]', ''), 10))
{%- endmacro %}
