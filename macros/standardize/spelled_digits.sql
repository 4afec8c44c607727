{#-
    A number spelled with the letters of a telephone keypad (1-800-FLOWERS) as digits: the first
    seven signs after the area code, because longer words are dialled no further. NULL for a text
    of any other form.

    Arguments: column.   Example: spelled_digits("phone") -> '1-800-FLOWERS' gives '1-800-3569377'
    Source: ITU-T E.161, letters on keypads.
-#}
{% macro spelled_digits(column) -%}
    {%- set area -%} ^(?:[+]?1[-. ]?)?[(]?[2-9][0-9]{2}[)]?[-. ]* {%- endset -%}
    {%- set spelled -%}
        regexp_substr(upper(trim({{ column }})), '{{ area }}(?:[0-9A-Z][-. ]?){7}(?=[A-Z]*$)')
    {%- endset -%}
    {%- set keys = {
        '2': 'ABC', '3': 'DEF', '4': 'GHI', '5': 'JKL', '6': 'MNO', '7': 'PQRS', '8': 'TUV', '9': 'WXYZ'
    } -%}
    {%- for digit in keys %}regexp_replace({% endfor -%}
    {{ spelled }}
    {%- for digit, letters in keys.items() %}, '[{{ letters }}]', '{{ digit }}'){% endfor %}
{%- endmacro %}
