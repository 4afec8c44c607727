{#-
    Numbers with an answer to a text that nobody has looked at yet: calls and texts wait until
    somebody has. A contribution to decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_reply_review(points, at) -%}
    {%- set rows -%}
    from {{ points }} as points
    inner join {{ ref('stg_reply_reviews') }} as reviews
        on points.contact_value = reviews.phone_e164
    inner join {{ ref('channels') }} as channels on points.contact_kind = channels.contact_kind
    inner join {{ ref('compliance_rules') }} as rules
        on
            rules.topic = 'reply_review'
            and {{ rule_holds('rules', at) }}
    where
        points.contact_kind = 'phone'
        and reviews.known_at <= {{ at }}
        and coalesce(reviews.decided_at > {{ at }}, true)
    {%- endset -%}
    {{ return([{
        'channel': 'channels.channel', 'code': "'REPLY_REVIEW'", 'rule_id': 'rules.rule_id',
        'citation': 'rules.citation', 'enforcement': 'rules.enforcement',
        'blocks_from': 'reviews.received_at', 'rows': rows,
    }]) }}
{%- endmacro %}
