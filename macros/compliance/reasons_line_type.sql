{#-
    What the type of a number's line means for a channel: what a carrier's feed said last by the
    moment, else what files say, else unknown, which counts as wireless. A contribution to
    decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_line_type(points, at) -%}
    {%- set rows -%}
    from {{ points }} as points
    left join {{ ref('stg_phone_lines') }} as feed
        on points.contact_value = feed.phone_e164 and {{ is_told('feed', at) }}
    left join {{ ref('stg_phone_lines') }} as later
        on
            feed.phone_e164 = later.phone_e164
            and {{ is_told('later', at) }}
            and (later.effective_on, later.known_at, later.line_type, later.source)
            > (feed.effective_on, feed.known_at, feed.line_type, feed.source)
    inner join {{ ref('line_type_policies') }} as policies
        on
            policies.line_type
            = coalesce(feed.line_type, nullif(points.phone_type, ''), 'unknown')
            and {{ rule_holds('policies', at) }}
    where {{ kind_of_point() }} = 'phone' and later.phone_e164 is null
    {%- endset -%}
    {{ return([{
        'channel': 'policies.channel', 'code': 'policies.reason_code',
        'rule_id': 'policies.rule_id', 'citation': 'policies.citation',
        'enforcement': 'policies.enforcement',
        'rows': rows, 'is_in_order': true,
    }]) }}
{%- endmacro %}
