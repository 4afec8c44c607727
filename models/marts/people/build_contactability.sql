{#-
    A second session that loads parts of contactability while that is built anew, so that two
    processors are at work on it. See docs/materializations.md.
    Grain: none, it has no table.
-#}
-- depends_on: {{ ref('int_decisions_touched') }}
-- depends_on: {{ ref('contact_verdicts') }}
-- depends_on: {{ ref('golden_persons') }}
with

final as (

    select 'contactability' as builds

)

select * from final
