{#-
    Whether a golden person may be contacted, channel by channel: by which contact point, or why not
    and when again. The best point is an allowed one, then the primary, then a verified one.
    Grain: one row per golden person.
-#}
{%- set channels = ['call', 'sms', 'email', 'mail'] -%}
with

touched as (

    select * from {{ ref('int_decisions_touched') }}

),

contact_points as (

    select points.*
    from {{ ref('contact_points') }} as points
    {% if is_incremental() %}
    inner join touched on points.golden_person_id = touched.golden_person_id
    {% endif %}

),

golden_persons as (

    select golden.*
    from {{ ref('golden_persons') }} as golden
    {% if is_incremental() %}
    inner join touched on golden.golden_person_id = touched.golden_person_id
    {% endif %}

),

ranked as (

    select
        *,
        row_number() over (
            partition by golden_person_id, channel
            order by
                is_allowed desc, next_allowed_at is null asc, next_allowed_at asc,
                is_primary desc, is_verified desc, contact_value asc
        ) as preference
    from contact_points

),

best_points as (

    select * from ranked
    where preference = 1

),

verdicts as (

    select
        {% for channel in channels %}
        max(channel = '{{ channel }}' and is_allowed) as is_{{ channel }}_allowed,
        max(if(channel = '{{ channel }}', reasons, null)) as {{ channel }}_reasons,
        max(if(channel = '{{ channel }}', advice, null)) as {{ channel }}_advice,
        max(if(channel = '{{ channel }}', next_allowed_at, null)) as {{ channel }}_next_allowed_at,
        max(if(channel = '{{ channel }}', contact_value, null)) as {{ channel }}_contact,
        {% endfor %}
        golden_person_id
    from best_points
    group by golden_person_id

),

final as (

    select
        {% for channel in channels %}
        verdicts.{{ channel }}_next_allowed_at,
        verdicts.{{ channel }}_contact,
        coalesce(verdicts.is_{{ channel }}_allowed, 0) as is_{{ channel }}_allowed,
        coalesce(verdicts.{{ channel }}_reasons, 'NO_CONTACT') as {{ channel }}_reasons,
        coalesce(verdicts.{{ channel }}_advice, '') as {{ channel }}_advice,
        {% endfor %}
        golden_persons.golden_person_id
    from golden_persons
    left join verdicts on golden_persons.golden_person_id = verdicts.golden_person_id

)

select * from final
