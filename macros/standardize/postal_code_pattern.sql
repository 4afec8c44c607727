{#-
    A regular expression for the postal code that a line ends with, with the space before it: a ZIP
    code, a Canadian or a British one, or other digits.

    Example: 'TX 78701-1234' -> ' 78701-1234'
-#}
{% macro postal_code_pattern() -%}
    (?:^| )(?:[0-9]{3,10}(?:-[0-9]{3,4})?|[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9]
    {{- '|[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9][A-Za-z]{2}' }})$
{%- endmacro %}
