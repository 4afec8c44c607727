{#-
    A second session that loads parts of int_golden_contacts while that is built anew, so that two
    processors are at work on it. See docs/materializations.md.
    Grain: none, it has no table.
-#}
-- depends_on: {{ ref('int_decisions_touched') }}
-- depends_on: {{ ref('int_golden_contacts_before') }}
-- depends_on: {{ ref('email_addresses') }}
-- depends_on: {{ ref('addresses') }}
-- depends_on: {{ ref('phone_numbers') }}
with

final as (

    select 'int_golden_contacts' as builds

)

select * from final
