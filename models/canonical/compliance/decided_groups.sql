{#-
    To which golden person each person belonged when its contact points were decided about: the next
    run finds by it whom a person was taken away from.
    Grain: one row per person id, living or retired.
-#}
-- depends_on: {{ ref('int_decisions_touched') }}
-- depends_on: {{ ref('golden_group_changes') }}
with

persons as (

    select * from {{ ref('persons') }}

),

touched as (

    select * from {{ ref('int_persons_touched') }}

),

final as (

    select
        persons.id as person_id,
        persons.golden_person_id
    from persons
    {% if is_incremental() %}
    inner join touched on persons.id = touched.person_id
    {% endif %}

)

select * from final
