{#-
    Calls and texts that were made outside the hours that are enforced, by the clock of any place in
    which the contact may have been, as was known then, as a select: one row per contact and rule that
    was broken. Columns: contact_hash (digest of the contact made), channel, reason_code, rule_id, citation.

    A moment of midnight sharp, UTC, is a day without a time of day and breaks nothing.

    Arguments: made (relation int_contacts_made).
-#}
{% macro contacts_outside_hours(made) -%}
    {%- set has_time = "made.contact_kind = 'phone' and made.made_at <> date(made.made_at)" -%}
    {%- set local_time = '(made.made_at + interval clocks.offset_seconds second)' -%}
    {%- set holders -%}
        (
            select made.content_hash, made.golden_person_id, made.area_code, made.made_at
            from {{ made }} as made
            where {{ has_time }}
        )
    {%- endset -%}
    {%- set places = places_as_of(holders, 'content_hash', 'holders.made_at') -%}
    select distinct
        made.content_hash as contact_hash,
        made.channel,
        'CALLING_WINDOW' as reason_code,
        broken.rule_id,
        broken.citation
    from {{ made }} as made
    inner join ({{ plausible_places(places) }}) as located
        on made.content_hash = located.contact_key
    inner join {{ ref('time_zone_offsets') }} as clocks
        on
            find_in_set(clocks.time_zone, located.time_zones) > 0
            and made.made_at >= clocks.utc_from
            and made.made_at < clocks.utc_to
    inner join {{ ref('calling_windows') }} as broken
        on
            broken.enforcement = 'enforce'
            and {{ is_outside(
                'broken', 'made.channel', 'located.states', local_time, "'enforce'", 'made.made_at'
            ) }}
{%- endmacro %}
