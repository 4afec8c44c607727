{#-
    Why contact points of golden persons may not be used now, or with what warning. Only what stands
    against one is here: a point without a row may be used.
    Grain: one row per golden person, contact point and channel of which there is something to say.
-#}
{%- set touched -%}
(
    select contacts.*
    from {{ ref('int_decisions_touched') }} as touched
    inner join {{ ref('int_golden_contacts') }} as contacts
        on touched.golden_person_id = contacts.golden_person_id
)
{%- endset -%}
{%- set all -%}
(
    select contacts.*
    from {{ ref('int_golden_contacts') }} as contacts
    where {{ of_part('contacts.golden_person_id') }}
)
{%- endset -%}
{%- set points = touched if is_incremental() else all -%}
with

reasons as (

    {{ decide_contact(points, utc_now(), is_short=true) }}

),

final as (

    -- Sorted to be grouped, which is the key's order: a working table would not fit memory.
    select sql_big_result
        golden_person_id,
        contact_hash,
        channel,
        {{ contact_verdict('reasons') }}
    from reasons
    group by golden_person_id, contact_hash, channel
    having max(weight) > 0

)

select * from final
