{#-
    The postal addresses of a person, as a set with exactly one primary: the newest, then the most
    complete. Two spellings of one delivery point (same street key, unit and ZIP) are one address.
    Grain: one row per person and address.
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

records as (

    {{ records_of_persons('person_records', 'people', 'imports', 'touched') }}

),

located as (

    select
        records.*,
        {{ address_hash('records') }} as address_hash
    from records
    where
        records.street is not null
        or records.zip is not null
        or records.city is not null

),

address_sets as (

    select
        min(record_id) as id,
        person_id,
        address_hash,
        {{ surviving_value('street') }} as street,
        {{ surviving_value('unit') }} as unit,
        {{ surviving_value('city') }} as city,
        {{ surviving_value('state') }} as state,
        {{ surviving_value('zip') }} as zip,
        {{ surviving_value('zip_plus4') }} as zip_plus4,
        {{ surviving_value('county') }} as county,
        {{ surviving_value('country') }} as country,
        {{ surviving_value('street_key') }} as street_key,
        max(survivorship_key) as rank_key,
        max(import_seq) as last_import_seq,
        max(effective_at) as last_seen_at
    from located
    group by person_id, address_hash

),

ranked as (

    select
        address_sets.*,
        row_number() over (
            partition by address_sets.person_id
            order by
                address_sets.street is null asc, address_sets.rank_key desc, address_sets.id asc
        ) as preference
    from address_sets

),

final as (

    select
        id,
        person_id,
        street,
        unit,
        city,
        state,
        zip,
        zip_plus4,
        county,
        country,
        street_key,
        {{ delivery_point_key('street_key', 'unit', 'zip') }} as delivery_point_key,
        last_import_seq,
        preference = 1 as is_primary,
        last_seen_at
    from ranked

)

select * from final
