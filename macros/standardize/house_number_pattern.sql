{#-
    A regular expression for the house number at the start of a street line: 12, 12B, 12-30,
    123 1/2, 39.2, N6W23001.

    Source: USPS Publication 28, section 233 and appendix D (fractions, hyphens, letters, decimals, grids).
-#}
{% macro house_number_pattern() -%}
    ^(?:[0-9]+(?:-?[A-Z](?![A-Z])|-[0-9]+[A-Z]?|[.][0-9]+)?(?: [0-9]/[0-9])?|[NSEW][0-9]+(?:[NSEW][0-9]+)?)
{%- endmacro %}
