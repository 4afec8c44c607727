-- Each golden person is in one cell of each channel of the cube, under the verdict that the
-- person's own row has; and each profile has as many members as it says.
with

golden_persons as (

    select * from {{ ref('golden_persons') }}

),

cells as (

    select * from {{ ref('contactability_cube') }}

),

profiles as (

    select * from {{ ref('contactability_profiles') }}

),

{% set flags = {'call': 'callable', 'sms': 'textable', 'email': 'emailable', 'mail': 'mailable'} %}
counted_live as (

    {% for channel, word in flags.items() %}
    select
        '{{ channel }}' as channel,
        coalesce(state, '') as state,
        count(*) as person_count,
        sum(is_{{ word }}) as allowed_count
    from golden_persons
    group by coalesce(state, '')
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

counted_in_cube as (

    select
        channel,
        state,
        sum(person_count) as person_count,
        sum(case when first_reason = '' then person_count else 0 end) as allowed_count
    from cells
    group by channel, state

),

members as (

    select
        profile_hash,
        sum(case when golden_person_id = 0 then person_count else 0 end) as said_count,
        sum(case when golden_person_id > 0 then 1 else 0 end) as member_count
    from profiles
    group by profile_hash

),

final as (

    select counted_live.channel as wrong
    from counted_live
    left join counted_in_cube
        on
            counted_live.channel = counted_in_cube.channel
            and counted_live.state = counted_in_cube.state
    where
        counted_in_cube.channel is null
        or counted_live.person_count <> counted_in_cube.person_count
        or counted_live.allowed_count <> counted_in_cube.allowed_count
    union all
    select hex(profile_hash) as wrong
    from members
    where said_count <> member_count

)

select * from final
