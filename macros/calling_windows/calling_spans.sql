{#-
    The CTE `spans`, with those it needs: when contacts of a place are allowed, as spans of UTC in
    which it is allowed in every plausible zone at once. The day's window is the strictest of all
    rules; it is cut into the spans between changes of the clock, so that an hour that is skipped or
    comes twice needs no special case.

    Grain: one row per place_key, channel, strictness and span_from. Further column:
    span_until, the first moment no more allowed.

    Expects the CTEs asked_places (place_key, time_zones, states, zone_count,
    channel), days (local_date), levels
    (strictness). All in one list, as MariaDB knows no outer CTE in an inner list.

    Arguments: known_at (SQL expression of the moment by whose rules it is).
-#}
{% macro calling_spans(known_at) -%}
    {%- set key = ['place_key', 'channel', 'strictness', 'zone_count'] -%}
    {%- set midnight = 'timestamp(windows.local_date)' -%}
        windows as (
            select
                places.place_key, places.channel, levels.strictness, places.zone_count,
                max(places.time_zones) as time_zones, days.local_date,
                coalesce(max(time_to_sec(rules.start_time)), 0) as starts,
                coalesce(min(time_to_sec(rules.end_time)), 86400) as ends
            from asked_places as places
            cross join days
            cross join levels
            left join {{ ref('calling_windows') }} as rules
                on {{ holds_on_day(
                    'rules', 'places.channel', 'places.states', 'days.local_date',
                    'levels.strictness', known_at
                ) }}
            group by
                places.place_key, places.channel, levels.strictness, places.zone_count,
                days.local_date
        ),
        zone_spans as (
            select
                windows.place_key, windows.channel, windows.strictness, windows.zone_count,
                clocks.time_zone,
                greatest(
                    clocks.utc_from,
                    {{ midnight }} + interval (windows.starts - clocks.offset_seconds) second
                ) as span_from,
                least(
                    clocks.utc_to,
                    {{ midnight }} + interval (windows.ends - clocks.offset_seconds) second
                ) as span_until
            from windows
            inner join {{ ref('time_zone_offsets') }} as clocks
                on
                    find_in_set(clocks.time_zone, windows.time_zones) > 0
                    and clocks.utc_from < {{ midnight }} + interval 48 hour
                    and clocks.utc_to > {{ midnight }} - interval 24 hour
            where windows.starts < windows.ends
        ),
        spans as (
            {{ common_spans('zone_spans', key) }}
        )
{%- endmacro %}
