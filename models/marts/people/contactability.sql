{#-
    Whether a golden person may be contacted, channel by channel: by which contact point, or why not
    and when again. The best point is an allowed one, then the primary, then a verified one. All that
    is said of a point is put into one text that sorts by that, so that the smallest one of a person
    is found in a single pass over the points; tables of so many wide columns would not fit memory.
    Grain: one row per golden person.
-#}
{%- set channels = ['call', 'sms', 'email', 'mail'] -%}
with

touched as (

    select * from {{ ref('int_decisions_touched') }}

),

contact_points as (

    select * from {{ ref('contact_points') }}

),

golden_persons as (

    select golden.golden_person_id
    from {{ ref('golden_persons') }} as golden
    {% if is_incremental() %}
    inner join touched on golden.golden_person_id = touched.golden_person_id
    {% endif %}

),

best_points as (

    select
        {% for channel in channels %}
        min(
            case
                when contact_points.channel = '{{ channel }}'
                    then {{ point_in_order('contact_points') }}
            end
        ) as {{ channel }}_point,
        {% endfor %}
        golden_persons.golden_person_id
    from golden_persons
    left join contact_points
        on golden_persons.golden_person_id = contact_points.golden_person_id
    group by golden_persons.golden_person_id

),

final as (

    select
        {% for channel in channels %}
        {{ parts_of_point(channel ~ '_point', channel) }},
        {% endfor %}
        golden_person_id
    from best_points

)

select * from final
