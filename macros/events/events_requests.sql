{#-
    Requests not to be contacted, as events of every golden person who holds the contact point, and
    of the one who asked. A contribution to person_events.

    Arguments: persons, contacts (names of CTEs over the persons and contact points in scope).
-#}
{% macro events_requests(persons, contacts) -%}
    {%- for scope, condition in [
        (contacts, contacts ~ ".contact_kind = 'phone' and asked.phone_e164 = "
            ~ contacts ~ '.contact_value'),
        (contacts, contacts ~ ".contact_kind = 'email' and asked.email = "
            ~ contacts ~ '.contact_value'),
        (contacts, contacts ~ ".contact_kind = 'address' and asked.address = "
            ~ contacts ~ '.contact_value'),
        (persons, 'asked.person_id = ' ~ persons ~ '.id'),
    ] %}
    select
    {{ event_columns(
        scope, "concat('request-', asked.id)", "'opt_out'", "'opt_out'", 'asked.opted_out_at',
        'asked.known_at', channel='asked.channel',
        contact_kind="case when asked.phone_e164 is not null then 'phone'
            when asked.email is not null then 'email'
            when asked.address is not null then 'address' end",
        contact_value='coalesce(asked.phone_e164, asked.email, asked.address)', import_seq='asked.import_seq',
        detail='asked.reason'
    ) }}
    from {{ scope }}
    inner join {{ ref('opt_outs') }} as asked on {{ condition }}
    {{ 'union distinct' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
