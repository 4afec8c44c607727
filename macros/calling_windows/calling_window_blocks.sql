{#-
    The rules by which a contact point may not be called at a moment, as a contribution to the
    decision, as a select.

    A zone without a clock breaks the rule clock_unknown, if its other zones break none.

    Grain: one row per contact_key, channel, moment and rule. Columns: contact_key, channel,
    reason_code, blocks_from (the moment), blocks_until (the next allowed one; null: none within two
    weeks), rule_id, citation, enforcement.

    Arguments: asks, places (as for calling_windows_at).
-#}
{% macro calling_window_blocks(asks, places) -%}
    (
        select distinct
            outside.contact_key, outside.channel, 'CALLING_WINDOW' as reason_code,
            outside.at_utc as blocks_from, outside.next_allowed_at as blocks_until,
            coalesce(broken.rule_id, 'clock_unknown') as rule_id,
            coalesce(broken.citation, 'No local time is known at this moment') as citation,
            coalesce(broken.enforcement, 'enforce') as enforcement
        from {{ calling_windows_at(asks, places) }} as outside
        left join {{ ref('time_zone_offsets') }} as clocks
            on
                find_in_set(clocks.time_zone, outside.time_zones) > 0
                and outside.at_utc >= clocks.utc_from
                and outside.at_utc < clocks.utc_to
        left join {{ ref('calling_windows') }} as broken
            on
                broken.enforcement = outside.strictness
                and {{ holds_on_day(
                    'broken', 'outside.channel', 'outside.states',
                    'date(outside.at_utc + interval clocks.offset_seconds second)',
                    'outside.strictness'
                ) }}
                and not (
                    time(outside.at_utc + interval clocks.offset_seconds second) >= broken.start_time
                    and time(outside.at_utc + interval clocks.offset_seconds second) < broken.end_time
                )
        where
            not outside.is_inside
            and (
                broken.rule_id is not null
                or (
                    outside.strictness = 'enforce'
                    and (
                        clocks.time_zone is null
                        or find_in_set('unknown', outside.time_zones) > 0
                    )
                )
            )
    )
{%- endmacro %}
