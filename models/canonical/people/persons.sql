{#-
    People. Every value is computed from all records of the person, field by field; a manual
    decision wins over them, a blank never does. An id that was bridged away stays as an empty row
    that points to its golden person. Each id is a record: those are gone through in their order,
    only persons of several records are grouped.
    Grain: one row per person id, living or retired.
-#}
with

people as (

    select * from {{ ref('stg_people') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

imports as (

    select * from {{ ref('stg_imports') }}

),

touched as (

    select * from {{ ref('int_persons_touched') }}

),

assignments as (

    select * from {{ ref('int_golden_assignments') }}

),

retired as (

    select * from {{ ref('int_persons_retired') }}

),

overrides as (

    select * from {{ ref('int_overridden_values') }}

),

records as (

    {{ records_of_persons('person_records', 'people', 'imports', 'touched') }}

),

survivors as (

    select
        person_id,
        {{ surviving_value('first_name') }} as first_name,
        {{ surviving_value('middle_name') }} as middle_name,
        {{ surviving_value('last_name') }} as last_name,
        {{ surviving_value('name_suffix') }} as name_suffix,
        {{ surviving_value('company_name') }} as company_name,
        {{ surviving_value('cast(birth_date as char)') }} as birth_date,
        count(*) as record_count,
        min(import_seq) as first_import_seq,
        max(import_seq) as last_import_seq,
        min(uploaded_at) as created_at,
        max(effective_at) as updated_at
    from records
    where not is_lone
    group by person_id

),

ids as (

    select person_records.*
    from person_records
    {% if is_incremental() %}
    inner join touched on person_records.record_id = touched.person_id
    {% endif %}

),

final as (

    select
        ids.record_id as id,
        {% for field in [
            'first_name', 'middle_name', 'last_name', 'name_suffix', 'company_name'
        ] %}
        coalesce(overrides.{{ field }}, survivors.{{ field }}, people.{{ field }}) as {{ field }},
        {% endfor %}
        assignments.person_id is null and retired.person_id is null as is_original,
        coalesce(retired.golden_person_id, assignments.golden_person_id, ids.record_id)
            as golden_person_id,
        coalesce(survivors.record_count, people.record_id is not null) as record_count,
        coalesce(survivors.first_import_seq, ids.import_seq) as first_import_seq,
        coalesce(survivors.last_import_seq, ids.import_seq) as last_import_seq,
        cast(coalesce(overrides.birth_date, survivors.birth_date, people.birth_date) as date)
            as birth_date,
        coalesce(survivors.created_at, imports.uploaded_at) as created_at,
        coalesce(survivors.updated_at, {{ effective_at('people', 'imports') }}) as updated_at
    from ids
    left join imports on ids.import_seq = imports.import_seq
    left join people on ids.record_id = people.record_id and ids.record_id = ids.person_id
    left join survivors on ids.record_id = survivors.person_id
    left join assignments on ids.record_id = assignments.person_id
    left join overrides on ids.record_id = overrides.person_id
    left join retired on ids.record_id = retired.person_id
    where ids.record_id = ids.person_id or retired.person_id is not null

)

select * from final
