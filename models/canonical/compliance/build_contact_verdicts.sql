{#-
    A second session that loads parts of contact_verdicts while that is built anew, so that two
    processors are at work on it. See docs/materializations.md.
    Grain: none, it has no table.
-#}
-- depends_on: {{ ref('int_decisions_touched') }}
-- depends_on: {{ ref('int_golden_contacts') }}
with

final as (

    select 'contact_verdicts' as builds

)

select * from final
