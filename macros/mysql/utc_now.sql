{#-
    The current time in UTC with microseconds, whatever the session's time zone.

    Example: utc_now() -> utc_timestamp(6)
-#}
{% macro utc_now() -%}
    utc_timestamp(6)
{%- endmacro %}
