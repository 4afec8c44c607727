{#-
    How much of each frequency cap a golden person has used up at the moment of the run: those whom
    somebody contacted within its window. A cap of a state is of those who have a number or an
    address there. Whether a cap blocks, and until when, is what the decision says (macro
    decide_contact); slots that were promised and not used count there, not here.
    Grain: one row per golden person and cap.
-#}
{%- set points -%}
(
    select contacts.*
    from (select distinct golden_person_id from counted) as contacted
    inner join {{ ref('int_golden_contacts') }} as contacts
        on contacted.golden_person_id = contacts.golden_person_id
)
{%- endset -%}
{%- set states -%}
(
            select group_concat(phones.area_state)
            from {{ ref('int_golden_contacts') }} as phones
            where phones.golden_person_id <=> points.golden_person_id
        )
{%- endset -%}
with

caps as (

    select * from {{ ref('frequency_caps') }} as caps
    where {{ rule_holds('caps', utc_now()) }}

),

events as (

    select * from {{ ref('person_events') }}

),

counted as (

    select
        events.golden_person_id,
        caps.cap_id,
        caps.channel,
        caps.max_contacts,
        caps.window_hours,
        caps.citation,
        caps.enforcement,
        count(*) as used_count,
        max(events.happened_at) as last_contacted_at
    from events
    inner join caps
        on
            events.event_kind = caps.channel
            and events.happened_at >= {{ utc_now() }} - interval caps.window_hours hour
            and events.happened_at <= {{ utc_now() }}
    group by
        events.golden_person_id, caps.cap_id, caps.channel, caps.max_contacts,
        caps.window_hours, caps.citation, caps.enforcement

),

blocks as (

    select
        golden_person_id,
        rule_id,
        max(blocks_until) as free_at
    from (
        {{ select_reasons(reasons_frequency_cap(points, utc_now())) }}
    ) as capped
    group by golden_person_id, rule_id

),

final as (

    select
        points.golden_person_id,
        points.cap_id,
        points.channel,
        points.max_contacts,
        points.window_hours,
        points.citation,
        points.enforcement,
        points.used_count,
        points.last_contacted_at,
        blocks.free_at
    from counted as points
    inner join caps on points.cap_id = caps.cap_id
    left join blocks
        on points.golden_person_id = blocks.golden_person_id and points.cap_id = blocks.rule_id
    where {{ is_cap_of(states) }}

)

select * from final
