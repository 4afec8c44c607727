{#-
    What calling_windows_at says, with the rules that are broken at the moment, as a select: what
    `lode comply explain`, the evidence and the export gate know of hours.

    A zone without a clock breaks the rule clock_unknown, if its other zones break none.

    Grain: one row per contact_key, channel, moment, strictness and rule. Columns: contact_key,
    channel, at_utc, strictness, next_allowed_at (null: none within two weeks), time_zones, rule_id,
    citation (both null where nothing is broken; what advises is said of strictness advise).

    Arguments: asks, places, known_at (as for calling_windows_at).
-#}
{% macro calling_hours(asks, places, known_at=none) -%}
    {%- set has_no_clock -%}
        not answered.is_inside and answered.strictness = 'enforce'
        and (clocks.time_zone is null or find_in_set('unknown', answered.time_zones) > 0)
    {%- endset -%}
    (
        select distinct
            answered.contact_key, answered.channel, answered.at_utc, answered.strictness,
            answered.next_allowed_at, answered.time_zones,
            coalesce(broken.rule_id, case when {{ has_no_clock }} then 'clock_unknown' end)
                as rule_id,
            coalesce(
                broken.citation,
                case when {{ has_no_clock }} then 'No local time is known at this moment' end
            ) as citation
        from {{ calling_windows_at(asks, places, known_at) }} as answered
        left join {{ ref('time_zone_offsets') }} as clocks
            on
                not answered.is_inside
                and find_in_set(clocks.time_zone, answered.time_zones) > 0
                and answered.at_utc >= clocks.utc_from
                and answered.at_utc < clocks.utc_to
        left join {{ ref('calling_windows') }} as broken
            on
                broken.enforcement = answered.strictness
                and {{ is_outside(
                    'broken', 'answered.channel', 'answered.states',
                    '(answered.at_utc + interval clocks.offset_seconds second)',
                    'answered.strictness', known_at or utc_now()
                ) }}
    )
{%- endmacro %}
