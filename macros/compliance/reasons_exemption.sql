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
    {%- set rows -%}
    from (
        select
            points.golden_person_id,
            points.contact_hash,
            channels.channel,
            {{ code }} as reason_code,
            facts.id,
            facts.rule_topic,
            facts.happened_at
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
    {%- endset -%}
    {%- set enforcement -%}
        case when found.reason_code in ('EBR_VALID', 'CONSENT_VALID') then 'allow' else 'advise' end
    {%- endset -%}
    {{ return([{
        'channel': 'found.channel', 'code': 'found.reason_code', 'rule_id': 'found.rule_topic',
        'citation': "concat('record ', found.id, ' of ', date(found.happened_at))",
        'enforcement': enforcement, 'blocks_from': 'found.happened_at', 'rows': rows,
        'point': 'found',
    }]) }}
{%- endmacro %}
