{#-
    The contacts that fall into the window of a cap at a moment, as a select. Both ends of the window
    count.

    Arguments: points (relation), scope (what is counted for), key (column that points and contacts
               share), at (SQL expression). Expects the CTE contacts.
-#}
{% macro contacts_within_caps(points, scope, key, at) -%}
            select
                points.contact_key, points.channel, caps.cap_id, '{{ scope }}' as scope,
                caps.max_contacts, caps.window_days, caps.citation, caps.enforcement,
                contacts.contacted_at
            from {{ points }} as points
            inner join {{ ref('frequency_caps') }} as caps
                on
                    points.channel = caps.channel
                    and date({{ at }}) between caps.valid_from and caps.valid_to
                    and (
                        caps.jurisdiction = 'US'
                        or find_in_set(caps.jurisdiction, points.states) > 0
                    )
            inner join contacts
                on
                    points.{{ key }} = contacts.{{ key }}
                    and points.channel = contacts.channel
                    and contacts.contacted_at >= {{ at }} - interval caps.window_days day
                    and contacts.contacted_at <= {{ at }}
{%- endmacro %}
