{#-
    The golden record proposed for a pair is what the rules of golden_persons make of both groups,
    worked out here by the other way there is: grouped, and not ranked. Fails with every difference.
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

golden_proposals as (

    select * from {{ ref('golden_proposals') }}

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

survivors as (

    select
        person_id_l,
        person_id_r,
        {% for field in fields %}
        {{ surviving_value(field) }} as {{ field }},
        {% endfor %}
        {{ surviving_value('cast(birth_date as char)') }} as birth_date
    from members
    group by person_id_l, person_id_r

),

decided as (

    select
        {% for field in fields + ['birth_date'] %}
        {{ overridden_value(field, 'person_overrides') }} as {{ field }},
        {% endfor %}
        members.person_id_l,
        members.person_id_r
    from person_overrides
    inner join members on person_overrides.person_id = members.id
    group by members.person_id_l, members.person_id_r

),

expected as (

    {% for field in fields + ['birth_date'] %}
    select
        survivors.person_id_l,
        survivors.person_id_r,
        '{{ field }}' as field_name,
        coalesce(decided.{{ field }}, survivors.{{ field }}) as cell_value
    from survivors
    left join decided
        on
            survivors.person_id_l = decided.person_id_l
            and survivors.person_id_r = decided.person_id_r
    where coalesce(decided.{{ field }}, survivors.{{ field }}) is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

compared as (

    select
        person_id_l,
        person_id_r,
        field_name,
        cell_value,
        1 as side
    from expected
    union all
    select
        person_id_l,
        person_id_r,
        field_name,
        cell_value,
        2 as side
    from golden_proposals

),

final as (

    select
        person_id_l,
        person_id_r,
        field_name,
        cell_value
    from compared
    group by person_id_l, person_id_r, field_name, cell_value
    having count(*) <> 2

)

select * from final
