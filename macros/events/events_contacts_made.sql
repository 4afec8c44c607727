{#-
    Calls, texts, e-mails and letters, as events: the kind is the channel, the type what became of
    it. We know of one since its file was handed in. A contribution to person_events.

    Arguments: persons (name of a CTE over the persons in scope).
-#}
{% macro events_contacts_made(persons) -%}
    select
    {{ event_columns(
        persons, "concat('contact-', made.id)", 'made.touchpoint_type', "coalesce(made.status, '')",
        'made.touchpoint_date', 'coalesce(imports.uploaded_at, made.touchpoint_date)',
        channel='made.touchpoint_type',
        contact_kind="case when made.phone_e164 is not null then 'phone'
            when made.email is not null then 'email' end",
        contact_value='coalesce(made.phone_e164, made.email)', person_id='made.person_id',
        import_seq='made.import_seq', detail='campaigns.name'
    ) }}
    from {{ persons }}
    inner join {{ ref('touchpoints') }} as made on {{ persons }}.id = made.person_id
    left join {{ ref('stg_imports') }} as imports on made.import_seq = imports.import_seq
    left join {{ ref('campaigns') }} as campaigns on made.campaign_id = campaigns.id
{%- endmacro %}
