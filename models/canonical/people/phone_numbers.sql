{#-
    The phone numbers of a person; one is primary: decided by hand, verified, newest, first in its
    record. A number several persons share appears for each. Grain: one row per person and number.
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

overrides as (

    select * from {{ ref('int_overridden_values') }}

),

records as (

    {{ records_of_persons('person_records', 'people', 'imports', 'touched') }}

),

mentions as (

    {% for slot in [1, 2, 3] %}
    select
        person_id,
        record_id * 10 + {{ slot }} as id,
        import_seq,
        phone_{{ slot }} as phone_e164,
        phone_{{ slot }}_raw as phone_raw,
        nullif(phone_{{ slot }}_type, 'unknown') as phone_type,
        is_phone_verified as is_verified,
        effective_at,
        survivorship_key
    from records
    where phone_{{ slot }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

numbers as (

    select
        min(id) as id,
        person_id,
        phone_e164,
        {{ surviving_value('phone_raw') }} as phone_raw,
        coalesce({{ surviving_value('phone_type') }}, 'unknown') as phone_type,
        max(is_verified) as is_verified,
        max(concat(is_verified, survivorship_key, 9 - id % 10)) as rank_key,
        max(import_seq) as last_import_seq,
        max(effective_at) as last_seen_at
    from mentions
    group by person_id, phone_e164

),

ranked as (

    select
        numbers.*,
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
        ranked.id,
        ranked.person_id,
        ranked.phone_raw,
        ranked.phone_e164,
        ranked.phone_type,
        if({{ is_on_a_list('ranked.phone_e164') }}, 'listed', 'not_listed')
            as dnc_status,
        ranked.last_import_seq,
        ranked.preference = 1 as is_primary,
        ranked.is_verified,
        ranked.last_seen_at
    from ranked

)

select * from final
