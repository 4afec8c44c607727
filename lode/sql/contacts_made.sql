-- The contacts of a channel that count against a point or a golden person: those made, from
-- touchpoints and from slots that were used, and slots that are held. A person counts with all that
-- it is made of. One row per contact, key (point or person) and origin.
select
    'point' as counted_for, 'made' as origin, made.phone_e164 as contact_value,
    made.touchpoint_date as contacted_at
from `{canonical}`.touchpoints as made
where
    made.phone_e164 = %(value)s
    and made.touchpoint_type = %(channel)s
    and made.touchpoint_date >= %(since)s
union all
select 'point', 'made', made.email, made.touchpoint_date
from `{canonical}`.touchpoints as made
where
    made.email = %(value)s
    and made.touchpoint_type = %(channel)s
    and made.touchpoint_date >= %(since)s
union all
select 'person', 'made', coalesce(made.phone_e164, made.email), made.touchpoint_date
from `{canonical}`.persons as member
inner join `{canonical}`.touchpoints as made on member.id = made.person_id
where
    member.golden_person_id = %(person)s
    and made.touchpoint_type = %(channel)s
    and made.touchpoint_date >= %(since)s
union all
select
    'point', if(slot.used_at is null, 'held', 'used'), slot.contact_value,
    coalesce(slot.used_at, slot.reserved_at)
from `{raw}`.contact_reservations as slot
where
    slot.contact_value = %(value)s
    and slot.channel = %(channel)s
    and slot.released_at is null
    and (slot.used_at >= %(since)s or (slot.used_at is null and slot.expires_at > %(now)s))
union all
select
    'person', if(slot.used_at is null, 'held', 'used'), slot.contact_value,
    coalesce(slot.used_at, slot.reserved_at)
from `{raw}`.contact_reservations as slot
where
    (
        slot.person_id = %(person)s
        or slot.person_id in (
            select member.id from `{canonical}`.persons as member
            where member.golden_person_id = %(person)s
        )
    )
    and slot.channel = %(channel)s
    and slot.released_at is null
    and (slot.used_at >= %(since)s or (slot.used_at is null and slot.expires_at > %(now)s))
