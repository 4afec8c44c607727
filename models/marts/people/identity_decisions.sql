{#-
    Decisions of people about who is who that nobody has ended, with the persons they speak of
    today. A view, so that a decision counts for those who look from the moment it was written. It
    has no group of its own, so that of one person it reads the decisions with that person's records.
    Grain: one row per decision that stands; a side whose records were taken out is null.
-#}
with

decisions as (

    select * from {{ source('dedup', 'dedup_decisions') }}

),

decision_records as (

    select * from {{ source('dedup', 'dedup_decision_records') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

held as (

    select
        decision_records.decision_id,
        decision_records.side,
        decision_records.record_id,
        person_records.person_id
    from decision_records
    inner join person_records on decision_records.record_id = person_records.record_id

),

sides as (

    select
        held.decision_id,
        held.side,
        held.person_id
    from held
    where
        not exists (
            select 1
            from held as earlier
            where
                held.decision_id = earlier.decision_id
                and held.side = earlier.side
                and held.record_id > earlier.record_id
        )

),

final as (

    select
        decisions.id as decision_id,
        coalesce(decisions.split_id, decisions.id) as split_id,
        decisions.kind,
        first_side.person_id as first_person_id,
        second_side.person_id as second_person_id,
        decisions.decided_by,
        decisions.reason,
        decisions.decided_at
    from decisions
    left join decisions as ended on decisions.id = ended.revokes_id
    left join sides as first_side
        on decisions.id = first_side.decision_id and first_side.side = 1
    left join sides as second_side
        on decisions.id = second_side.decision_id and second_side.side = 2
    where decisions.kind <> 'revoke' and ended.id is null

)

select * from final
