{#-
    Why contact points of golden persons may or may not be used now, each reason once: of several
    lists or requests that give the same one, the first moment and the last end.
    Grain: one row per golden person, contact point, channel, reason and rule.
-#}
{%- set touched -%}
(
    select contacts.*
    from {{ ref('int_decisions_touched') }} as touched
    inner join {{ ref('int_golden_contacts') }} as contacts
        on touched.golden_person_id = contacts.golden_person_id
)
{%- endset -%}
{%- set points = touched if is_incremental() else ref('int_golden_contacts') -%}
with

reasons as (

    {{ decide_contact(points, utc_now()) }}

),

final as (

    -- Sorted to be grouped, which is the key's order: a working table would not fit memory.
    select sql_big_result
        golden_person_id,
        contact_hash,
        channel,
        reason_code,
        rule_id,
        max(citation) as citation,
        {{ strongest('enforcement') }} as enforcement,
        min(blocks_from) as blocks_from,
        case when count(*) = count(blocks_until) then max(blocks_until) end as blocks_until
    from reasons
    group by golden_person_id, contact_hash, channel, reason_code, rule_id

)

select * from final
