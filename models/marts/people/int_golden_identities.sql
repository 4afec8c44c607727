{#-
    The name, company and birth date of a golden person, field by field over the persons of its
    group: decided by hand, else the newest, then the most complete, a blank never.
    Grain: one row per golden person.
-#}
{%- set fields = ['first_name', 'middle_name', 'last_name', 'name_suffix', 'company_name'] -%}
with

persons as (

    select * from {{ ref('persons') }}
    where record_count > 0

),

person_overrides as (

    select * from {{ ref('person_overrides') }}
    where status = 'in force'

),

decided as (

    select
        {% for field in overridable_fields() %}
        {{ overridden_value(field, 'person_overrides') }} as {{ field }},
        {% endfor %}
        persons.golden_person_id
    from person_overrides
    inner join persons on person_overrides.person_id = persons.id
    group by persons.golden_person_id

),

ranked_persons as (

    select
        persons.*,
        {{ person_survivorship_key('persons') }} as survivorship_key
    from persons

),

survivors as (

    select
        golden_person_id,
        {% for field in fields %}
        {{ surviving_value(field) }} as {{ field }},
        {% endfor %}
        {{ surviving_value('cast(birth_date as char)') }} as birth_date,
        sum(record_count) as record_count,
        count(*) as person_count,
        count(distinct last_import_seq) as import_count,
        min(created_at) as first_seen_at,
        max(updated_at) as updated_at
    from ranked_persons
    group by golden_person_id

),

final as (

    select
        survivors.golden_person_id,
        {% for field in fields %}
        coalesce(decided.{{ field }}, survivors.{{ field }}) as {{ field }},
        {% endfor %}
        decided.primary_phone as decided_phone,
        decided.primary_email as decided_email,
        survivors.record_count,
        survivors.person_count,
        survivors.import_count,
        cast(coalesce(decided.birth_date, survivors.birth_date) as date) as birth_date,
        survivors.first_seen_at,
        survivors.updated_at
    from survivors
    left join decided on survivors.golden_person_id = decided.golden_person_id

)

select * from final
