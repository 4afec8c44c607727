{#-
    The last moment at which a request not to be contacted may have been made: of a day without a
    time of day, which is kept as its midnight, the end of that day. What came earlier that day may
    have come before it, and lifts nothing.

    Arguments: said (SQL expression, UTC).
-#}
{% macro last_moment_of_request(said) -%}
    if(
        {{ said }} = date({{ said }}), {{ said }} + interval 1 day - interval 1 microsecond, {{ said }}
    )
{%- endmacro %}
