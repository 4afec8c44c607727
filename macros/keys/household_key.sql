{#-
    The id of a household, from its address: the first 52 bits of a digest, so that it is the same
    in every build, and exact in JSON. NULL for no address.

    Arguments: column (what makes the household).
    Example:   household_key('household')
-#}
{% macro household_key(column) -%}
    cast(conv(left(sha2(concat('h|', {{ column }}), 256), 13), 16, 10) as unsigned)
{%- endmacro %}
