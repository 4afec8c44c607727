{#-
    People. Every value is computed from all records of the person, field by field; a manual
    decision wins over them, a blank never does. An id that was bridged away stays as an empty row that points to its golden person.
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
    group by person_id

),

final as (

    select
        survivors.person_id as id,
        coalesce(overrides.first_name, survivors.first_name) as first_name,
        coalesce(overrides.middle_name, survivors.middle_name) as middle_name,
        coalesce(overrides.last_name, survivors.last_name) as last_name,
        coalesce(overrides.name_suffix, survivors.name_suffix) as name_suffix,
        coalesce(overrides.company_name, survivors.company_name) as company_name,
        assignments.person_id is null as is_original,
        coalesce(assignments.golden_person_id, survivors.person_id) as golden_person_id,
        survivors.record_count,
        survivors.first_import_seq,
        survivors.last_import_seq,
        cast(coalesce(overrides.birth_date, survivors.birth_date) as date) as birth_date,
        survivors.created_at,
        survivors.updated_at
    from survivors
    left join assignments on survivors.person_id = assignments.person_id
    left join overrides on survivors.person_id = overrides.person_id
    union all
    select
        retired.person_id as id,
        null as first_name,
        null as middle_name,
        null as last_name,
        null as name_suffix,
        null as company_name,
        0 as is_original,
        retired.golden_person_id,
        0 as record_count,
        retired.import_seq as first_import_seq,
        retired.import_seq as last_import_seq,
        null as birth_date,
        retired.created_at,
        retired.created_at as updated_at
    from retired

)

select * from final
