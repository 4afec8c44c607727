{#-
    Consents and business relationships, as events of every golden person who holds the contact
    point. A contribution to person_events.

    Arguments: contacts (name of a CTE over the contact points in scope).
-#}
{% macro events_consents(contacts) -%}
    {%- for kind, column in [
        ('phone', 'phone_e164'), ('email', 'email'), ('address', 'address'),
    ] %}
    select
    {{ event_columns(
        contacts, "concat('consent-', given.id)", "'consent'", 'given.kind', 'given.happened_at',
        'given.known_at', channel='given.channel',
        contact_kind="case when given.phone_e164 is not null then 'phone'
            when given.email is not null then 'email' else 'address' end",
        contact_value='coalesce(given.phone_e164, given.email, given.address)', actor='given.recorded_by',
        detail='given.purpose'
    ) }}
    from {{ contacts }}
    inner join {{ ref('stg_consents') }} as given
        on {{ contacts }}.contact_kind = '{{ kind }}'
        and given.{{ column }} = {{ contacts }}.contact_value
    {{ 'union distinct' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
