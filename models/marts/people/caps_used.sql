{#-
    How much of each frequency cap a golden person has used up at the moment of the run: those whom
    somebody contacted within its window. Whether a cap blocks, and until when, is what the decision
    says (macro decide_contact); slots that were promised and not used count there, not here. Caps of
    single states are left out: all of them only warn.
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
with

caps as (

    select * from {{ ref('frequency_caps') }} as caps
    where jurisdiction = 'US' and {{ rule_holds('caps', utc_now()) }}

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
        caps.window_hours, caps.citation

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
        counted.golden_person_id,
        counted.cap_id,
        counted.channel,
        counted.max_contacts,
        counted.window_hours,
        counted.citation,
        counted.used_count,
        counted.last_contacted_at,
        blocks.free_at
    from counted
    left join blocks
        on counted.golden_person_id = blocks.golden_person_id and counted.cap_id = blocks.rule_id

)

select * from final
