{#-
    The contacts that count against caps at a moment, as a select: touchpoints, slots that were used
    and whose touchpoint has not come yet, and slots that were held then. The same as
    lode/sql/contacts_made.sql, for everybody.

    Grain: one row per contact. Columns: contact_value, golden_person_id, channel, contacted_at.

    Arguments: at (SQL expression of the moment, UTC).
-#}
{% macro contacts_counted(at) -%}
    (
        select
            coalesce(made.phone_e164, made.email) as contact_value, persons.golden_person_id,
            made.touchpoint_type as channel, made.touchpoint_date as contacted_at
        from {{ ref('touchpoints') }} as made
        left join {{ ref('persons') }} as persons on made.person_id = persons.id
        where made.touchpoint_date <= {{ at }}
        union all
        select
            slots.contact_value, coalesce(persons.golden_person_id, slots.person_id),
            slots.channel, coalesce(slots.used_at, slots.reserved_at)
        from {{ source('reservations', 'contact_reservations') }} as slots
        left join {{ ref('persons') }} as persons on slots.person_id = persons.id
        where
            (
                slots.used_at <= {{ at }}
                or (
                    slots.used_at is null
                    and slots.reserved_at <= {{ at }}
                    and slots.expires_at > {{ at }}
                    and coalesce(slots.released_at > {{ at }}, true)
                )
            )
            and not exists (
                select 1
                from {{ ref('touchpoints') }} as same
                where
                    same.touchpoint_date = slots.used_at
                    and same.touchpoint_type = slots.channel
                    and coalesce(same.phone_e164, same.email) <=> slots.contact_value
                    and (slots.contact_value is not null or same.person_id = slots.person_id)
            )
    )
{%- endmacro %}
