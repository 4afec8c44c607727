{#-
    Person ids that are no longer a person of their own, because a later record bridged them with
    an older one, or because their own record was taken out with its import. Ids are never reused: a
    bridged id keeps a row in persons that points to the person who holds its record now. Kept over
    a full refresh, for only this ledger remembers.
    Grain: one row per retired person id.
-#}
{%- set known_persons = previous_state('persons') -%}
with

touched as (

    select * from {{ ref('int_persons_touched') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

known_persons as (

    {% if known_persons %}
    select id from {{ known_persons }}
    {% if not flags.FULL_REFRESH %}
    where id in (select touched.person_id from touched)
    {% endif %}
    {% else %}
    select person_id as id from touched
    where 1 = 0
    {% endif %}

),

final as (

    select
        known_persons.id as person_id,
        case when own_record.record_id is null then 'undo' else 'bridge' end as reason,
        {{ utc_now() }} as retired_at
    from known_persons
    left join person_records on known_persons.id = person_records.person_id
    left join person_records as own_record on known_persons.id = own_record.record_id
    {% if is_incremental() %}
    left join {{ this }} as known on known_persons.id = known.person_id
    {% endif %}
    where
        person_records.person_id is null
        {% if is_incremental() %}
        and known.person_id is null
        {% endif %}

)

select * from final
