{#-
    The id of a campaign, from its name: the first 52 bits of a digest, so that it is the same in
    every build and file, and exact in JSON. NULL for no name.

    Arguments: column (name of the campaign).
    Example:   campaign_key('campaign_name')
-#}
{% macro campaign_key(column) -%}
    cast(conv(left(sha2(concat('c|', lower({{ column }})), 256), 13), 16, 10) as unsigned)
{%- endmacro %}
