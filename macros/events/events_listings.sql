{#-
    Numbers put on and taken off do-not-call lists, as events of every golden person who holds the
    number. A contribution to person_events.

    Arguments: contacts (name of a CTE over the contact points in scope).
-#}
{% macro events_listings(contacts) -%}
    {%- set stay -%}
        listed.list_id, '-', listed.from_version, '-', left(hex({{ contacts }}.contact_hash), 12)
    {%- endset -%}
    {%- for event, happened_at, known_at in [
        ('listed', 'coalesce(listed.listed_on, listed.listed_from)', 'listed.known_at'),
        ('delisted', 'listed.listed_to', 'listed.gone_known_at'),
    ] %}
    select
    {{ event_columns(
        contacts, "concat_ws('', '" ~ event ~ "-', " ~ stay ~ ')', "'dnc'", "'" ~ event ~ "'",
        'cast(' ~ happened_at ~ ' as datetime(6))', known_at, channel='null',
        contact_kind="'phone'", contact_value=contacts ~ '.contact_value', detail='listed.list_name'
    ) }}
    from {{ contacts }}
    inner join {{ ref('stg_dnc_listings') }} as listed on {{ contacts }}.phone = listed.phone
    where {{ happened_at }} is not null and {{ known_at }} is not null
    union all
    {%- endfor %}
    select
    {{ event_columns(
        contacts,
        "concat('record-', listed.id, '-', left(hex(" ~ contacts ~ '.contact_hash), 12))',
        "'dnc'", "'listed'", 'cast(listed.listed_from as datetime(6))', 'listed.known_at',
        contact_kind="'phone'", contact_value=contacts ~ '.contact_value',
        import_seq='listed.import_seq', detail='listed.source'
    ) }}
    from {{ contacts }}
    inner join {{ ref('dnc_list_records') }} as listed
        on {{ contacts }}.contact_kind = 'phone'
        and listed.phone_e164 = {{ contacts }}.contact_value
{%- endmacro %}
