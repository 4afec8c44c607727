{#-
    Whether a slot counts at a moment within the window of a cap: held then, or used by then and its
    touchpoint has not come yet (the same point, channel and moment are one contact; for letters the
    same person).

    Arguments: at (SQL expression), is_made (a slot that was used at the moment itself is the
               contact that is asked about).
-#}
{% macro counts_as_slot(at, is_made) -%}
        {{ slot_moment(at) }} >= {{ at }} - interval caps.window_hours hour
        and (
            slots.used_at {{ '<' if is_made else '<=' }} {{ at }}
            or (
                slots.reserved_at <= {{ at }}
                and slots.expires_at > {{ at }}
                and coalesce(slots.used_at > {{ at }}, true)
                and coalesce(slots.released_at > {{ at }}, true)
            )
        )
        and not exists (
            select 1
            from {{ ref('touchpoints') }} as same
            where
                slots.used_at <= {{ at }}
                and same.touchpoint_date = slots.used_at
                and same.touchpoint_type = slots.channel
                {#- No touchpoint says to which address a letter went: whose it is has to do. #}
                and case
                    when slots.channel = 'mail' then same.person_id = slots.person_id
                    else coalesce(same.phone_e164, same.email) = slots.contact_value
                end
        )
{%- endmacro %}
