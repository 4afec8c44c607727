{#-
    A regular expression for a street field that holds two addresses: two lines with house numbers and a sign
    between them, or with a comma where the second ends in a common suffix; a street and a box.
    The post takes what stands next to the last line, so neither is sure.

    Example: street_1 regexp '{{ second_street_pattern() }}' -> '12 Oak St; 34 Elm Ave' is one
    Source: USPS Publication 28, section 215 (dual addresses).
-#}
{% macro second_street_pattern() -%}
    {%- set house = '[0-9]+[A-Za-z]?' -%}
    {%- set words = '[^0-9;/|&]*[A-Za-z][^;/|&]*' -%}
    {%- set suffix = '(?:st|street|ave?|avenue|rd|road|dr|drive|ln|lane|blvd|boulevard|ct|court|way|pl|place)' -%}
    {%- set box = '(?:p[. ]*o[. ]*|post office )box' -%}
    (?i)^ *{{ house }} +{{ words }}(?:[;/|&\n]| (?:and|or) ) *{{ house }} +[a-z]
    {#- #}|^ *{{ house }} +{{ words }}, *{{ house }} +[a-z].* {{ suffix }}[.]?(?![a-z])
    {#- #}|^ *{{ house }} +{{ words }}[ ,;/|&]{{ box }} *#? *[0-9]
    {#- #}|^ *{{ box }} *#? *[0-9]+[ ,;/|&]+{{ house }} +[a-z]
{%- endmacro %}
