{#-
    Golden persons who were contacted as often as a cap allows within its rolling window, over all
    campaigns; until the oldest contact that counts leaves the window. A contribution to
    decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_frequency_cap(points, at) -%}
    {%- set used -%}
        select
            persons.golden_person_id,
            caps.cap_id,
            caps.channel,
            caps.citation,
            caps.enforcement,
            min(touchpoints.touchpoint_date) as blocks_from,
            case
                when count(*) = caps.max_contacts
                    then min(touchpoints.touchpoint_date) + interval caps.window_days day
            end as blocks_until
        from {{ ref('frequency_caps') }} as caps
        inner join {{ ref('touchpoints') }} as touchpoints
            on
                caps.channel = touchpoints.touchpoint_type
                and touchpoints.touchpoint_date > {{ at }} - interval caps.window_days day
                and touchpoints.touchpoint_date <= {{ at }}
        inner join {{ ref('persons') }} as persons on touchpoints.person_id = persons.id
        where
            date({{ at }}) between caps.valid_from and caps.valid_to
            {# The states' own caps say no more than the house rule that holds everywhere. #}
            and caps.jurisdiction = 'US'
        group by
            persons.golden_person_id, caps.cap_id, caps.channel, caps.citation, caps.enforcement,
            caps.window_days, caps.max_contacts
        having count(*) >= caps.max_contacts
    {%- endset -%}
    select
    {{ reason_columns(
        'used.channel', "'FREQUENCY_CAP'", 'used.cap_id', 'used.citation', 'used.enforcement',
        'used.blocks_from', 'used.blocks_until'
    ) }}
    from ({{ used }}) as used
    inner join {{ points }} as points on used.golden_person_id = points.golden_person_id
    inner join {{ ref('channels') }} as channels
        on used.channel = channels.channel and points.contact_kind = channels.contact_kind
{%- endmacro %}
