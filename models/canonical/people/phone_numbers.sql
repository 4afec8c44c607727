{#-
    The phone numbers of a person; one is primary: decided by hand, verified, newest, first in its
    record. A number several persons share appears for each. Grain: one row per person and number.
    The only number of a person's only record is not compared with anything: it goes as it is.
-#}
{%- set is_single = 'records.is_lone and coalesce(records.phone_2, records.phone_3) is null' -%}
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

overrides as (

    select * from {{ ref('int_overridden_values') }}

),

records as (

    {{ records_of_persons('person_records', 'people', 'imports', 'touched') }}

),

mentions as (

    select
        records.*,
        records.record_id * 10 + slots.slot as id,
        {{ value_in_slot('records.phone_#', 3) }} as phone_e164,
        {{ value_in_slot('records.phone_#_raw', 3) }} as phone_raw,
        {{ value_in_slot('records.phone_#_type', 3) }} as phone_type
    from records
    cross join {{ mention_slots(3) }} as slots
    where not ({{ is_single }})

),

numbers as (

    select
        min(id) as id,
        person_id,
        phone_e164,
        {{ surviving_value('phone_raw') }} as phone_raw,
        coalesce({{ surviving_value("nullif(phone_type, 'unknown')") }}, 'unknown') as phone_type,
        max(is_phone_verified) as is_verified,
        max(concat(is_phone_verified, survivorship_key, 9 - id % 10)) as rank_key,
        max(import_seq) as last_import_seq,
        max(effective_at) as last_seen_at
    from mentions
    where phone_e164 is not null
    group by person_id, phone_e164

),

ranked as (

    select
        numbers.*,
        numbers.id div 10 as record_id,
        row_number() over (
            partition by numbers.person_id
            order by overrides.person_id is not null desc, numbers.rank_key desc, numbers.id asc
        ) as preference
    from numbers
    left join overrides
        on numbers.person_id = overrides.person_id and numbers.phone_e164 = overrides.primary_phone

),

final as (

    select
        coalesce(ranked.id, records.record_id * 10 + 1) as id,
        records.person_id,
        if(ranked.id is null, records.phone_1_raw, ranked.phone_raw) as phone_raw,
        coalesce(ranked.phone_e164, records.phone_1) as phone_e164,
        if(ranked.id is null, records.phone_1_type, ranked.phone_type) as phone_type,
        if(
            {{ is_on_a_list('coalesce(ranked.phone_e164, records.phone_1)') }},
            'listed', 'not_listed'
        ) as dnc_status,
        coalesce(ranked.last_import_seq, records.import_seq) as last_import_seq,
        coalesce(ranked.preference, 1) = 1 as is_primary,
        coalesce(ranked.is_verified, records.is_phone_verified) as is_verified,
        coalesce(ranked.last_seen_at, records.effective_at) as last_seen_at
    from records
    left join ranked on records.record_id = ranked.record_id
    where ranked.id is not null or (records.phone_1 is not null and {{ is_single }})

)

select * from final
