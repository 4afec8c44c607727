{#-
    Whether a contact at a moment of local time breaks a row of seed calling_windows.

    Arguments: rule, channel, states, strictness, at (as for holds_on_day), local_at (SQL expression
               of the moment on the local clock).
-#}
{% macro is_outside(rule, channel, states, local_at, strictness, at) -%}
    (
        {{ holds_on_day(rule, channel, states, 'date(' ~ local_at ~ ')', strictness, at) }}
        and not (
            time({{ local_at }}) >= {{ rule }}.start_time
            and time({{ local_at }}) < {{ rule }}.end_time
        )
    )
{%- endmacro %}
