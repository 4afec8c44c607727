{#-
    The golden persons about whom something is new: those whose persons were computed again, now and
    before, and those whom a new request, consent, touchpoint, listing or decision about who is who
    is about. Everybody in a rebuild. Models of what golden persons are and do are merged by it.
    Grain: one row per golden person, living or former.
-#}
{%- set known_groups = previous_state('decided_groups') -%}
{%- set known_contacts = previous_state('int_golden_contacts') -%}
{%- set unfinished = unpublished_state('int_golden_touched') -%}
{%- set is_all = is_rebuild() or not known_contacts -%}
{#- Written before they are needed: dbt has to see what they refer to when it parses. -#}
{%- set persons_of_new_facts = golden_persons_with_new_facts(known_contacts) -%}
{%- set persons_of_listings = golden_persons_newly_listed(known_contacts) -%}
{%- set persons_of_decisions = golden_persons_newly_decided() -%}
{%- set known_events = previous_state('person_events', layer='marts') -%}
{%- set persons_of_replaced = golden_persons_of_replaced(known_events) -%}
with

persons as (

    select * from {{ ref('persons') }}

),

touched as (

    select * from {{ ref('int_persons_touched') }}

),

touchpoints as (

    select touchpoints.person_id
    from {{ ref('int_touchpoints_touched') }} as changed
    inner join {{ ref('touchpoints') }} as touchpoints
        on changed.content_hash = touchpoints.content_hash

),

opt_outs as (

    {{ requests_of_batch() }}

),

listed as (

    select * from {{ ref('stg_dnc_registry') }}
    where {{ batch_range_filter('record_id', 'dnc') }}

),

final as (

    select touched.person_id as golden_person_id from touched
    {% if not is_all %}
    union distinct
    select persons.golden_person_id
    from touched
    inner join persons on touched.person_id = persons.id
    union distinct
    select persons.golden_person_id
    from touchpoints
    inner join persons on touchpoints.person_id = persons.id
    {% endif %}
    {% if unfinished %}
    union distinct
    select golden_person_id from {{ unfinished }}
    {% endif %}
    {% if known_groups %}
    union distinct
    select known_groups.golden_person_id
    from touched
    inner join {{ known_groups }} as known_groups on touched.person_id = known_groups.person_id
    {% endif %}
    {% for relation, kind, column in [
        ('opt_outs', 'phone', 'phone_e164'), ('opt_outs', 'email', 'email'),
        ('opt_outs', 'address', 'address'), ('listed', 'phone', 'phone_e164'),
    ] if known_contacts %}
    union distinct
    select contacts.golden_person_id
    from {{ relation }}
    inner join {{ known_contacts }} as contacts
        on
            contacts.contact_kind = '{{ kind }}'
            and {{ relation }}.{{ column }} = contacts.contact_value
    {% endfor %}
    {% if is_all %}
    union distinct
    select golden_person_id from persons
    {% else %}
    union distinct
    {{ persons_of_new_facts }}
    union distinct
    {{ persons_of_listings }}
    union distinct
    {{ persons_of_decisions }}
    union distinct
    {{ persons_of_replaced }}
    {% endif %}

)

select * from final
