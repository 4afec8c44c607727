{#-
    Business relationships and consents of a number, in force or not: what exempts from registries
    (`allow`), and where a rule that is only advised would have ended it (`advise`). A contribution
    to decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_exemption(points, at) -%}
    {%- set code -%}
        case
            when not {{ is_in_force('facts', at, 'points.area_state') }} then 'EBR_EXPIRED'
            when facts.kind = 'consent' then 'CONSENT_VALID'
            when not {{ is_in_force(
                'facts', at, 'points.area_state', ['enforce', 'advise']
            ) }} then 'EBR_STATE_SHORT'
            else 'EBR_VALID'
        end
    {%- endset -%}
    select
        found.golden_person_id,
        found.contact_hash,
        found.channel,
        found.reason_code,
        found.rule_id,
        found.citation,
        case when found.reason_code in ('EBR_VALID', 'CONSENT_VALID') then 'allow' else 'advise' end
            as enforcement,
        found.blocks_from,
        found.blocks_until
    from (
        select
        {{ reason_columns(
            'channels.channel', code, 'facts.rule_topic',
            "concat('record ', facts.id, ' of ', date(facts.happened_at))", "''",
            'facts.happened_at'
        ) }}
        from {{ points }} as points
        inner join {{ ref('stg_consents') }} as facts on points.contact_value = facts.phone_e164
        inner join {{ ref('channels') }} as channels
            on
                points.contact_kind = channels.contact_kind
                and coalesce(facts.channel, channels.channel) = channels.channel
        where
            points.contact_kind = 'phone'
            and facts.known_at <= {{ at }}
            and (facts.kind <> 'consent' or {{ is_in_force('facts', at, 'points.area_state') }})
    ) as found
{%- endmacro %}
