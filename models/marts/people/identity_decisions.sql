{#-
    Decisions of people about who is who that nobody has ended, with the persons they speak of
    today. A view, so that a decision counts for those who look from the moment it was written.
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
        min(case when decision_records.side = 1 then person_records.record_id end) as first_record,
        min(case when decision_records.side = 2 then person_records.record_id end) as second_record
    from decision_records
    inner join person_records on decision_records.record_id = person_records.record_id
    group by decision_records.decision_id

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
    left join held on decisions.id = held.decision_id
    left join person_records as first_side on held.first_record = first_side.record_id
    left join person_records as second_side on held.second_record = second_side.record_id
    where decisions.kind <> 'revoke' and ended.id is null

)

select * from final
