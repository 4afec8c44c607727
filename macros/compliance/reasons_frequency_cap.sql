{#-
    Contact points and golden persons that were contacted as often as a cap allows within its rolling
    window, over all campaigns; until enough contacts have left the window. A contribution to
    decide_contact, and what lode/reservations.py asks before it gives a slot.

    Arguments: points (relation), at (SQL expression), states, is_made, is_dated (see contacts_counted).
-#}
{% macro reasons_frequency_cap(
    points, at, states='points.area_state', is_made=false, is_dated=false
) -%}
    {%- set window -%}
        partition by
            counted.golden_person_id, counted.contact_hash, counted.cap_id, counted.scope
        order by counted.contacted_at
    {%- endset -%}
    {%- set counted -%}
        {{ contacts_counted(points, at, states, is_made, is_dated) }}
    {%- endset -%}
    {%- set rows -%}
    from (
        select
            counted.*,
            row_number() over ({{ window }}) as from_first,
            row_number() over ({{ window }} desc) as from_last
        from (
            {{ counted }}
        ) as counted
    ) as used
    where used.from_last >= used.max_contacts or used.from_first >= used.max_contacts
    group by used.golden_person_id, used.contact_hash, used.channel, used.cap_id
    {%- endset -%}
    {{ return([{
        'channel': 'used.channel', 'code': "'FREQUENCY_CAP'", 'rule_id': 'used.cap_id',
        'citation': 'max(used.citation)', 'enforcement': 'max(used.enforcement)',
        'blocks_from':
            'min(case when used.from_first = used.max_contacts then used.contacted_at end)',
        'blocks_until':
            'max(case when used.from_last = used.max_contacts then used.contacted_at end)'
            ~ ' + interval max(used.window_hours) hour + interval 1 microsecond',
        'rows': rows, 'point': 'used',
    }]) }}
{%- endmacro %}
