{#-
    The golden record that would stand for both if a pair that waits were one person: field by
    field over all persons of the two groups, by the rules of golden_persons; whose value it is, and
    why it wins. A value decided by hand wins, the newest decision first.
    Grain: one row per pair of review_pairs and field that one of its persons has a value for.
-#}
{%- set fields = [
    'first_name', 'middle_name', 'last_name', 'name_suffix', 'company_name', 'birth_date'
] -%}
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
    union distinct
    select
        person_id_l,
        person_id_r,
        golden_person_id_r as golden_person_id
    from review_pairs

),

members as (

    select
        sides.person_id_l,
        sides.person_id_r,
        persons.*,
        {{ person_survivorship_key('persons') }} as survivorship_key
    from sides
    inner join persons on sides.golden_person_id = persons.golden_person_id

),

given as (

    {% for field in fields %}
    select
        person_id_l,
        person_id_r,
        '{{ field }}' as field_name,
        cast({{ field }} as char) as cell_value,
        id as person_id,
        survivorship_key,
        0 as override_id
    from members
    where {{ field }} is not null
    union all
    {% endfor %}
    select
        members.person_id_l,
        members.person_id_r,
        person_overrides.field_name,
        person_overrides.value as cell_value,
        members.id as person_id,
        members.survivorship_key,
        person_overrides.id as override_id
    from person_overrides
    inner join members on person_overrides.person_id = members.id
    where person_overrides.field_name not like 'primary%'

),

ranked as (

    select
        given.*,
        row_number() over best_first as preference,
        lead(survivorship_key) over best_first as next_key
    from given
    window best_first as (
        partition by person_id_l, person_id_r, field_name
        order by override_id desc, survivorship_key desc
    )

),

final as (

    select
        person_id_l,
        person_id_r,
        field_name,
        cell_value,
        person_id,
        {{ person_survival_rule('survivorship_key', 'next_key', 'override_id > 0') }} as rule
    from ranked
    where preference = 1

)

select * from final
