{#-
    A place name as the seeds of states and countries write it: upper case, punctuation to spaces.

    Arguments: expression.   Example: place_key("'U.S.A.'") -> 'U S A'
-#}
{% macro place_key(expression) -%}
    trim(regexp_replace(upper({{ expression }}), '[ .,()''-]+', ' '))
{%- endmacro %}
