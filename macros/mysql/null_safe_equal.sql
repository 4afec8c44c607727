{#-
    True when two values are equal or both NULL; never NULL itself. Collations apply.

    Arguments: a, b (SQL expressions).   Example: null_safe_equal('a.unit', 'b.unit') -> a.unit <=> b.unit
-#}
{% macro null_safe_equal(a, b) -%}
    ({{ a }} <=> {{ b }})
{%- endmacro %}
