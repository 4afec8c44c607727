{#-
    Whether a carrier's feed had told the type of a line by a moment, for a day that had come.

    Arguments: feed (alias of stg_phone_lines), at (SQL expression).
-#}
{% macro is_told(feed, at) -%}
    {{ feed }}.known_at <= {{ at }} and {{ feed }}.effective_on <= date({{ at }})
{%- endmacro %}
