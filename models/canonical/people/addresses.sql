{#-
    The postal addresses of a person, as a set with exactly one primary: the newest, then the most
    complete. Two spellings of one delivery point (same street key, unit and ZIP) are one address.
    Grain: one row per person and address.

    As with phone_numbers, the address of a person's only record is not compared with anything.
-#}
{%- set fields = [
    'street', 'unit', 'city', 'state', 'zip', 'zip_plus4', 'county', 'country', 'street_key',
] -%}
with

people as (

    select * from {{ ref('stg_people') }}
    where street is not null or zip is not null or city is not null

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

compared as (

    select
        records.*,
        {{ address_hash('records') }} as address_hash
    from records
    where not records.is_lone

),

address_sets as (

    select
        min(record_id) as id,
        person_id,
        address_hash,
        {% for field in fields %}
        {{ surviving_value(field) }} as {{ field }},
        {% endfor %}
        max(survivorship_key) as rank_key,
        max(import_seq) as last_import_seq,
        max(effective_at) as last_seen_at
    from compared
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

placed as (

    select
        records.record_id as id,
        records.person_id,
        {% for field in fields %}
        if(ranked.id is null, records.{{ field }}, ranked.{{ field }}) as {{ field }},
        {% endfor %}
        coalesce(ranked.last_import_seq, records.import_seq) as last_import_seq,
        coalesce(ranked.preference, 1) = 1 as is_primary,
        coalesce(ranked.last_seen_at, records.effective_at) as last_seen_at
    from records
    left join ranked on records.record_id = ranked.id
    where records.is_lone or ranked.id is not null

),

final as (

    select
        id,
        person_id,
        {% for field in fields %}
        {{ field }},
        {% endfor %}
        {{ delivery_point_key('street_key', 'unit', 'zip') }} as delivery_point_key,
        last_import_seq,
        is_primary,
        last_seen_at
    from placed

)

select * from final
