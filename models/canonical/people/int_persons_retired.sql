{#-
    Retired person ids of this run, with the golden person who stands for them today: that of the
    person who holds the record the id was taken from. An id that lives again is not here.
    Grain: one row per retired person id.
-#}
with

redirects as (

    select * from {{ ref('person_redirects') }}

),

touched as (

    select * from {{ ref('int_persons_touched') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

assignments as (

    select * from {{ ref('int_golden_assignments') }}

),

imports as (

    select * from {{ ref('stg_imports') }}

),

final as (

    select
        redirects.person_id,
        coalesce(assignments.golden_person_id, person_records.person_id) as golden_person_id,
        person_records.import_seq,
        imports.uploaded_at as created_at
    from redirects
    {% if previous_state('persons') and not flags.FULL_REFRESH %}
    inner join touched on redirects.person_id = touched.person_id
    {% endif %}
    inner join person_records on redirects.person_id = person_records.record_id
    inner join imports on person_records.import_seq = imports.import_seq
    left join assignments on person_records.person_id = assignments.person_id
    where person_records.person_id <> redirects.person_id

)

select * from final
