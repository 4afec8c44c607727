{#-
    How many golden persons may be contacted, and why not the others, by all that a list may ask for
    without looking at anybody: made of some thousands of profiles, whatever the number of people.
    Sums over any of its columns but the channel count everybody once.
    Grain: one row per channel, state, set of sources, segment, band of the score and set of reasons.
-#}
with

profiles as (

    select * from {{ ref('contactability_profiles') }}
    where golden_person_id = 0 and person_count > 0

),

reason_codes as (

    select
        reason_code,
        1 << (row_number() over (order by sort_order asc, reason_code asc) - 1) as reason_bit
    from {{ ref('reason_codes') }}

),

by_channel as (

    {% for channel in ['call', 'sms', 'email', 'mail'] %}
    select
        '{{ channel }}' as channel,
        state,
        sources,
        is_business,
        score_band,
        {{ channel }}_reasons as reasons,
        person_count
    from profiles
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

reason_sets as (

    select distinct reasons from by_channel

),

bits as (

    select
        reason_sets.reasons,
        coalesce(sum(reason_codes.reason_bit), 0) as reason_bits
    from reason_sets
    left join reason_codes on find_in_set(reason_codes.reason_code, reason_sets.reasons) > 0
    group by reason_sets.reasons

),

final as (

    select
        by_channel.channel,
        by_channel.state,
        by_channel.sources,
        by_channel.is_business,
        by_channel.score_band,
        by_channel.reasons,
        substring_index(by_channel.reasons, ',', 1) as first_reason,
        max(bits.reason_bits) as reason_bits,
        sum(by_channel.person_count) as person_count
    from by_channel
    inner join bits on by_channel.reasons = bits.reasons
    group by
        by_channel.channel, by_channel.state, by_channel.sources, by_channel.is_business,
        by_channel.score_band, by_channel.reasons

)

select * from final
