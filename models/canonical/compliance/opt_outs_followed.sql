{#-
    What became of requests not to be contacted: the contacts that were made after each one at the
    same number or mailbox, or with the same person by mail, on a channel that the request stops,
    whether it was known then or not. Contacts that a later consent allowed are not counted.
    Grain: one row per request.
-#}
with

requests as (

    select * from {{ ref('opt_outs') }}

),

reach as (

    select * from {{ ref('opt_out_reach') }}
    where enforcement = 'enforce'

),

deadlines as (

    select * from {{ ref('compliance_rules') }}
    where topic = 'opt_out_deadline'

),

touchpoints as (

    select * from {{ ref('touchpoints') }}

),

contacts_after as (

    {% for column in ['phone_e164', 'email'] %}
    select
        requests.id,
        made.touchpoint_date
    from requests
    inner join reach on requests.channel = reach.requested_channel
    inner join touchpoints as made
        on
            requests.{{ column }} = made.{{ column }}
            and reach.reached_channel = made.touchpoint_type
            and requests.opted_out_at < made.touchpoint_date
            and {{ rule_holds('reach', 'made.touchpoint_date') }}
    where not {{ is_lifted(
        'requests', column, 'made.' ~ column, 'made.touchpoint_type', 'made.touchpoint_date'
    ) }}
    union all
    {% endfor %}
    select
        requests.id,
        made.touchpoint_date
    from requests
    inner join reach
        on requests.channel = reach.requested_channel and reach.reached_channel = 'mail'
    inner join touchpoints as made
        on
            requests.person_id = made.person_id
            and made.touchpoint_type = 'mail'
            and requests.opted_out_at < made.touchpoint_date
            and {{ rule_holds('reach', 'made.touchpoint_date') }}

),

followed as (

    select
        id,
        count(*) as contact_count,
        max(touchpoint_date) as last_contact_at
    from contacts_after
    group by id

),

joined as (

    select
        requests.id,
        requests.channel,
        requests.opted_out_at,
        requests.known_at,
        {{ last_day_of_rule('deadlines', 'requests.opted_out_at') }} as deadline_on,
        deadlines.citation as deadline_citation,
        coalesce(followed.contact_count, 0) as contact_count,
        followed.last_contact_at
    from requests
    left join followed on requests.id = followed.id
    left join deadlines on {{ rule_holds('deadlines', 'requests.opted_out_at') }}

),

final as (

    select
        id,
        channel,
        opted_out_at,
        known_at,
        deadline_on,
        deadline_citation,
        contact_count,
        last_contact_at,
        contact_count > 0 as is_contacted,
        coalesce(date(last_contact_at) > deadline_on, false) as is_late
    from joined

)

select * from final
