-- A channel that is misspelt in a list of channels would be free of the rule.
-- Only rows in force count.
with

channels as (

    select * from {{ ref('channels') }}

),

rules as (

    {% for seed in ['calling_windows', 'dnc_list_policies'] %}
    select
        '{{ seed }}' as seed,
        rule_id,
        channels
    from {{ ref(seed) }}
    where known_until = '9999-12-31'
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

found as (

    select
        rules.seed,
        rules.rule_id,
        rules.channels,
        count(channels.channel) as channel_count
    from rules
    left join channels on find_in_set(channels.channel, rules.channels) > 0
    group by rules.seed, rules.rule_id, rules.channels

),

final as (

    select * from found
    where channel_count <> char_length(channels) - char_length(replace(channels, ',', '')) + 1

)

select * from final
