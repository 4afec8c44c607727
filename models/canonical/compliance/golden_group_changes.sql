{#-
    To which golden person a person belonged before a run changed it, so that a decision as of an
    earlier moment knows who was who then. Append-only and kept over a full refresh, for only this
    ledger remembers. A run that is done again after it broke off keeps nothing twice: the newest
    change of a person says what came of it.
    Grain: one row per person and group that a run put an end to.
-#}
{%- set groups = previous_state('decided_groups') -%}
{%- set changes = previous_state('golden_group_changes') -%}
with

touched as (

    select * from {{ ref('int_persons_touched') }}

),

persons as (

    select * from {{ ref('persons') }}

),

before_run as (

    {% if groups %}
    select * from {{ groups }}
    {% else %}
    select
        id as person_id,
        golden_person_id
    from persons
    {% endif %}

),

changed as (

    select
        touched.person_id,
        before_run.golden_person_id as golden_before,
        persons.golden_person_id as golden_after
    from touched
    left join before_run on touched.person_id = before_run.person_id
    left join persons on touched.person_id = persons.id
    where not (before_run.golden_person_id <=> persons.golden_person_id)

),

newest as (

    {% if changes %}
    select
        changes.person_id,
        max(changes.changed_at) as changed_at
    from changed
    inner join {{ changes }} as changes on changed.person_id = changes.person_id
    group by changes.person_id
    {% else %}
    select
        person_id,
        null as changed_at
    from changed
    where 1 = 0
    {% endif %}

),

final as (

    select
        changed.person_id,
        changed.golden_before,
        changed.golden_after,
        {{ utc_now() }} as changed_at
    from changed
    {% if changes %}
    left join newest on changed.person_id = newest.person_id
    left join {{ changes }} as known
        on newest.person_id = known.person_id and newest.changed_at = known.changed_at
    where known.person_id is null or not (known.golden_after <=> changed.golden_after)
    {% endif %}

)

select * from final
