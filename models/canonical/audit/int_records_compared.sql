{#-
    All records of the persons that an import of this batch mentions, with what decides
    survivorship: what has to be compared to say what the batch changed.
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

persons_of_batch as (

    select distinct person_id
    from person_records
    where {{ batch_range_filter('record_id', 'people') }}

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
            'coalesce(people.source_date, imports.uploaded_at)',
            'people.completeness'
        ) }} as survivorship_key
    from persons_of_batch
    inner join person_records on persons_of_batch.person_id = person_records.person_id
    inner join people on person_records.record_id = people.record_id
    inner join imports on people.import_seq = imports.import_seq

)

select * from final
