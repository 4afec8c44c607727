{#-
    Whether a golden person may be contacted, channel by channel: by which contact point, or why not
    and when again. The best point is an allowed one, then the primary, then a verified one. All that
    is said of a point is put into one text that sorts by that, so that the smallest one of a person
    is found in a single pass over the points; tables of so many wide columns would not fit memory.
    Grain: one row per golden person.
-#}
{#- Kind of contact point, and which of the two lookups below finds the verdict on it. -#}
{%- set channels = {
    'call': ('phone', 'verdicts'), 'sms': ('phone', 'sms_verdicts'),
    'email': ('email', 'verdicts'), 'mail': ('address', 'verdicts'),
} -%}
with

touched as (

    select * from {{ ref('int_decisions_touched') }}

),

contacts as (

    {% if is_incremental() %}
    select contacts.*
    from touched
    inner join {{ ref('int_golden_contacts') }} as contacts
        on touched.golden_person_id = contacts.golden_person_id
    {% else %}
    select contacts.*
    from {{ ref('int_golden_contacts') }} as contacts
    where {{ of_part('contacts.golden_person_id') }}
    {% endif %}

),

verdicts as (

    select * from {{ ref('contact_verdicts') }}

),

golden_persons as (

    select golden.golden_person_id
    from {{ ref('golden_persons') }} as golden
    {% if is_incremental() %}
    inner join touched on golden.golden_person_id = touched.golden_person_id
    {% else %}
    where {{ of_part('golden.golden_person_id') }}
    {% endif %}

),

best_points as (

    -- Points in the order of their key, so that each golden person's come one after the other. A
    -- phone may have two verdicts, all others have one: no point is looked up for each channel.
    select straight_join
        {% for channel, (kind, found) in channels.items() %}
        min(
            case
                when contacts.contact_kind = '{{ kind }}'
                    then {{ point_in_order('contacts', found) }}
            end
        ) as {{ channel }}_point,
        {% endfor %}
        contacts.golden_person_id
    from contacts
    left join verdicts
        on
            contacts.golden_person_id = verdicts.golden_person_id
            and contacts.contact_hash = verdicts.contact_hash
            and verdicts.channel
            = case contacts.contact_kind
                when 'phone' then 'call' when 'email' then 'email' else 'mail'
            end
    left join verdicts as sms_verdicts
        on
            contacts.golden_person_id = sms_verdicts.golden_person_id
            and contacts.contact_hash = sms_verdicts.contact_hash
            and sms_verdicts.channel = case contacts.contact_kind when 'phone' then 'sms' end
    group by contacts.golden_person_id
    union all
    select
        {% for channel in channels %}
        null as {{ channel }}_point,
        {% endfor %}
        golden_persons.golden_person_id
    from golden_persons
    left join {{ ref('int_golden_contacts') }} as contacts
        on golden_persons.golden_person_id = contacts.golden_person_id
    where contacts.golden_person_id is null

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
