{#-
    Manual decisions with the person they speak of today: whoever holds the smallest record left of
    those the person had. The newest value per person and field is in force; a decision whose
    records were all taken out waits for them. A full build each run: decisions are few.
    Grain: one row per decision.
-#}
with

overrides as (

    select * from {{ ref('stg_person_overrides') }}

),

override_records as (

    select * from {{ ref('stg_person_override_records') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

first_records as (

    select
        override_records.override_id,
        min(person_records.record_id) as record_id
    from override_records
    inner join person_records on override_records.record_id = person_records.record_id
    group by override_records.override_id

),

revoked as (

    select distinct revokes_id as override_id
    from overrides
    where revokes_id is not null

),

placed as (

    select
        overrides.*,
        person_records.person_id,
        case
            when overrides.revokes_id is not null then 'revocation'
            when revoked.override_id is not null then 'revoked'
            when person_records.person_id is null then 'waiting'
            else 'standing'
        end as placed_status
    from overrides
    left join first_records on overrides.id = first_records.override_id
    left join person_records on first_records.record_id = person_records.record_id
    left join revoked on overrides.id = revoked.override_id

),

ranked as (

    select
        placed.*,
        row_number() over (
            partition by placed.person_id, placed.field_name, placed.placed_status
            order by placed.id desc
        ) as preference
    from placed

),

final as (

    select
        id,
        person_id,
        field_name,
        value,
        revokes_id,
        case
            when placed_status <> 'standing' then placed_status
            when preference = 1 then 'in force'
            else 'superseded'
        end as status,
        decided_by,
        reason,
        decided_at
    from ranked

)

select * from final
