{#-
    The people, once each: a person and its duplicates as one, every value the newest and most
    complete one of the group, with what we may use to contact them. Only those decided about in
    this run are computed. Grain: one row per golden person.
-#}
{%- set of_touched = 'inner join ' ~ ref('int_decisions_touched') ~ ' as touched using '
    ~ '(golden_person_id)' if is_incremental() else '' -%}
-- depends_on: {{ ref('int_decisions_touched') }}
with

persons as (

    select living.*
    from {{ ref('persons') }} as living {{ of_touched }}
    where living.record_count > 0

),

contact_points as (

    select points.* from {{ ref('contact_points') }} as points {{ of_touched }}

),

addresses as (

    select * from {{ ref('addresses') }}

),

person_overrides as (

    select * from {{ ref('person_overrides') }}
    where status = 'in force'

),

several as (

    select distinct golden_person_id from persons
    where is_original = 0

),

members as (

    select
        persons.*,
        homes.id as home_id,
        homes.last_seen_at as home_seen_at,
        several.golden_person_id is null as is_lone
    from persons
    left join several on persons.golden_person_id = several.golden_person_id
    left join addresses as homes on persons.id = homes.person_id and homes.is_primary = 1

),

identities as (

    {{ golden_identities('members', 'person_overrides') }}

),

contacts as (

    select
        golden_person_id,
        {% for kind in ['email', 'phone'] %}
        coalesce(
            max(case when contact_kind = '{{ kind }}' and is_primary = 1 then contact_value end),
            max(case when contact_kind = '{{ kind }}' then contact_value end)
        ) as primary_{{ kind }},
        {% endfor %}
        max(channel = 'call' and is_allowed) as is_callable,
        max(channel = 'sms' and is_allowed) as is_textable,
        max(channel = 'email' and is_allowed) as is_emailable,
        max(channel = 'mail' and is_allowed) as is_mailable
    from contact_points
    group by golden_person_id

),

final as (

    select
        identities.golden_person_id,
        identities.first_name,
        identities.middle_name,
        identities.last_name,
        identities.name_suffix,
        nullif(concat_ws(
            ' ', identities.first_name, identities.middle_name, identities.last_name,
            identities.name_suffix
        ), '') as full_name,
        identities.company_name,
        coalesce(identities.decided_email, contacts.primary_email) as primary_email,
        coalesce(identities.decided_phone, contacts.primary_phone) as primary_phone,
        {% for field in ['street', 'unit', 'city', 'state', 'zip', 'county', 'country'] %}
        addresses.{{ field }},
        {% endfor %}
        identities.record_count,
        identities.person_count,
        identities.import_count,
        {% for flag in ['is_callable', 'is_textable', 'is_emailable', 'is_mailable'] %}
        coalesce(contacts.{{ flag }}, 0) as {{ flag }},
        {% endfor %}
        identities.birth_date,
        identities.first_seen_at,
        identities.updated_at
    from identities
    left join contacts on identities.golden_person_id = contacts.golden_person_id
    left join addresses on identities.home_id = addresses.id

)

select * from final
