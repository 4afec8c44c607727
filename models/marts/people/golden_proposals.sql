{#-
    The golden record that would stand for both if a pair that waits were one person: field by
    field over all persons of the two groups, by the rules of golden_persons.
    Grain: one row per pair of review_pairs.
-#}
{%- set fields = ['first_name', 'middle_name', 'last_name', 'name_suffix', 'company_name'] -%}
with

review_pairs as (

    select * from {{ ref('review_pairs') }}

),

persons as (

    select * from {{ ref('persons') }}
    where record_count > 0

),

person_overrides as (

    select * from {{ ref('person_overrides') }}
    where status = 'in force'

),

sides as (

    select
        person_id_l,
        person_id_r,
        golden_person_id_l as golden_person_id
    from review_pairs
    union all
    select
        person_id_l,
        person_id_r,
        golden_person_id_r as golden_person_id
    from review_pairs

),

ranked_persons as (

    select
        sides.person_id_l,
        sides.person_id_r,
        persons.*,
        {{ person_survivorship_key('persons') }} as survivorship_key
    from sides
    inner join persons on sides.golden_person_id = persons.golden_person_id

),

survivors as (

    select
        person_id_l,
        person_id_r,
        {% for field in fields %}
        {{ surviving_value(field) }} as {{ field }},
        {% endfor %}
        {{ surviving_value('cast(birth_date as char)') }} as birth_date,
        sum(record_count) as record_count,
        count(*) as person_count
    from ranked_persons
    group by person_id_l, person_id_r

),

decided as (

    select
        {% for field in fields + ['birth_date'] %}
        {{ overridden_value(field, 'person_overrides') }} as {{ field }},
        {% endfor %}
        ranked_persons.person_id_l,
        ranked_persons.person_id_r
    from person_overrides
    inner join ranked_persons on person_overrides.person_id = ranked_persons.id
    group by ranked_persons.person_id_l, ranked_persons.person_id_r

),

final as (

    select
        survivors.person_id_l,
        survivors.person_id_r,
        {% for field in fields %}
        coalesce(decided.{{ field }}, survivors.{{ field }}) as {{ field }},
        {% endfor %}
        cast(coalesce(decided.birth_date, survivors.birth_date) as date) as birth_date,
        survivors.record_count,
        survivors.person_count
    from survivors
    left join decided
        on
            survivors.person_id_l = decided.person_id_l
            and survivors.person_id_r = decided.person_id_r

)

select * from final
