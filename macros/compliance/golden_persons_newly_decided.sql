{#-
    Golden persons about whom somebody decided who is who since about the last complete run, as a
    select. What a decision does comes with the next dedup run; that it was made is new at once.
-#}
{% macro golden_persons_newly_decided() -%}
    {%- set ledger = previous_state('pipeline_runs') -%}
    select persons.golden_person_id
    from {{ source('dedup', 'dedup_decisions') }} as decided
    inner join {{ source('dedup', 'dedup_decision_records') }} as held
        on held.decision_id = coalesce(decided.revokes_id, decided.id)
    inner join {{ ref('person_records') }} as records on held.record_id = records.record_id
    inner join {{ ref('persons') }} as persons on records.person_id = persons.id
    where
        decided.decided_at >= (
            select coalesce(max(finished_at), '2000-01-01') - interval 1 day
            from {{ ledger if ledger else "(select cast(null as datetime) as finished_at) as nothing" }}
        )
{%- endmacro %}
