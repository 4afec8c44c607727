{#-
    What the type of a number's line means for a channel: what a carrier's feed said last by the
    moment, else what files say, else unknown, which counts as wireless. A contribution to
    decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_line_type(points, at) -%}
    {%- set fed -%}
        (
            select max(concat(feed.effective_on, feed.known_at, feed.line_type))
            from {{ ref('stg_phone_lines') }} as feed
            where
                feed.phone_e164 = points.contact_value
                and feed.known_at <= {{ at }}
                and feed.effective_on <= date({{ at }})
        )
    {%- endset -%}
    {%- set rows -%}
    from {{ points }} as points
    inner join {{ ref('line_type_policies') }} as policies
        on
            policies.line_type
            = coalesce(substr({{ fed }}, 37), nullif(points.phone_type, ''), 'unknown')
            and date({{ at }}) between policies.valid_from and policies.valid_to
    where points.contact_kind = 'phone'
    {%- endset -%}
    {{ return([{
        'channel': 'policies.channel', 'code': 'policies.reason_code',
        'rule_id': 'policies.rule_id', 'citation': 'policies.citation',
        'enforcement': 'policies.enforcement',
        'rows': rows, 'is_in_order': true,
    }]) }}
{%- endmacro %}
