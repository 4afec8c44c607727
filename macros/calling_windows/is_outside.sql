{#-
    Whether a contact at a moment of local time breaks a row of seed calling_windows.

    Arguments: rule, channel, states, strictness (as for holds_on_day), at (SQL expression of the
               moment on the local clock).
-#}
{% macro is_outside(rule, channel, states, at, strictness) -%}
    (
        {{ holds_on_day(rule, channel, states, 'date(' ~ at ~ ')', strictness) }}
        and not (
            time({{ at }}) >= {{ rule }}.start_time
            and time({{ at }}) < {{ rule }}.end_time
        )
    )
{%- endmacro %}
