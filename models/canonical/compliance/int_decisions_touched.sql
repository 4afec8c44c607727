{#-
    The golden persons whose contact points have to be decided about again: everybody when a day has
    begun, a list has a new version or a rule has changed; else those whose persons were computed
    again, now and before, and those whom a new request, consent, touchpoint or listing is about.
    Grain: one row per golden person, living or former.
-#}
{%- set known_groups = previous_state('decided_groups') -%}
{%- set known_contacts = previous_state('int_golden_contacts') -%}
{%- set unfinished = unpublished_state('int_decisions_touched') -%}
{#- Written before it is needed: dbt has to see what it refers to when it parses. -#}
{%- set persons_of_new_facts = golden_persons_with_new_facts(known_contacts) -%}
{%- set is_all = must_decide_all() -%}
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

    select * from {{ ref('stg_opt_outs') }}
    where {{ batch_range_filter('record_id', 'opt_outs') }}

),

listed as (

    select * from {{ ref('stg_dnc_registry') }}
    where {{ batch_range_filter('record_id', 'dnc') }}

),

final as (

    select touched.person_id as golden_person_id from touched
    union distinct
    select persons.golden_person_id
    from touched
    inner join persons on touched.person_id = persons.id
    union distinct
    select persons.golden_person_id
    from touchpoints
    inner join persons on touchpoints.person_id = persons.id
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
        ('listed', 'phone', 'phone_e164'),
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
    {% elif known_contacts %}
    union distinct
    {{ persons_of_new_facts }}
    {% endif %}

)

select * from final
