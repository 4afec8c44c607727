{#-
    The records of persons whose outcome has to be looked at closely: an import of this batch
    mentions them, and so does another import. A person of one import needs no comparing.
    Grain: one row per record.
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

persons_of_several_imports as (

    select person_id
    from touched
    where
        first_import_seq < last_import_seq
        and exists (
            select 1 from person_records
            where
                person_records.person_id = touched.person_id
                and {{ batch_range_filter('person_records.record_id', 'people') }}
        )

),

final as (

    select
        person_records.person_id,
        people.record_id,
        people.import_seq,
        people.first_name,
        people.middle_name,
        people.last_name,
        people.name_suffix,
        people.company_name,
        people.birth_date,
        people.email_1,
        people.email_2,
        people.phone_1,
        people.phone_2,
        people.phone_3,
        nullif(
            concat_ws('|', people.street_key, people.unit, people.zip, people.city), ''
        ) as address,
        {{ survivorship_key(
            'people.record_id',
            effective_at('people', 'imports'),
            'people.completeness'
        ) }} as survivorship_key
    from persons_of_several_imports as persons
    inner join person_records on persons.person_id = person_records.person_id
    inner join people on person_records.record_id = people.record_id
    inner join imports on people.import_seq = imports.import_seq

)

select * from final
