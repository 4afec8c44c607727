{#-
    Whether a contact point may be called at a moment, and from when on, as a select: once by the
    rules that are enforced, once with those that only advise. A point without any rule is free; a
    moment for which no clock is known is not.

    Grain: one row per contact_key, channel, at_utc and strictness (enforce, advise). Further
    columns: time_zones, states, next_allowed_at (the moment itself where it is inside; null if
    nothing opens within two weeks), is_inside.

    Arguments: asks (relation: contact_key, channel, at_utc, distinct), places (as for
               plausible_places; a contact_key without a row there has no answer), known_at (SQL
               expression of the moment by whose rules it is; now, if left out).
-#}
{% macro calling_windows_at(asks, places, known_at=none) -%}
    (
        with located as (
            {{ plausible_places(places) }}
        ),
        asked as (
            select
                asks.contact_key, asks.channel, asks.at_utc, located.time_zones, located.states,
                sha2(concat(located.time_zones, '|', located.states), 256) as place_key
            from {{ asks }} as asks
            inner join located on asks.contact_key = located.contact_key
        ),
        -- Most contacts are in few places, asked about at one moment. A digest of the two lists is
        -- short enough for the engine to join by.
        questions as (
            select distinct place_key, channel, at_utc from asked
        ),
        asked_places as (
            select distinct
                place_key, channel, time_zones, states,
                char_length(time_zones) - char_length(replace(time_zones, ',', '')) + 1 as zone_count
            from asked
        ),
        days as (
            select distinct date(questions.at_utc) + interval (numbers.number - 1) day as local_date
            from questions
            cross join (
                {% for number in range(16) -%}
                {{ 'union all ' if not loop.first }}select {{ number }} as number
                {% endfor -%}
            ) as numbers
        ),
        levels as (
            select 'enforce' as strictness
            union all
            select 'advise' as strictness
        ),
        {{ calling_spans(known_at or utc_now()) }},
        {{ calling_answers() }}
        select
            asked.contact_key, asked.channel, asked.at_utc, asked.time_zones, asked.states,
            answers.strictness, answers.next_allowed_at,
            coalesce(answers.next_allowed_at = asked.at_utc, false) as is_inside
        from asked
        inner join answers
            on
                asked.place_key = answers.place_key
                and asked.channel = answers.channel
                and asked.at_utc = answers.at_utc
    )
{%- endmacro %}
