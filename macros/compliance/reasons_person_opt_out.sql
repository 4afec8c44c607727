{#-
    Requests that a golden person made at another of its contact points, or as a person: they hold
    for all of its points of the channel. A contribution to decide_contact.

    Arguments: points (relation), at (SQL expression), is_dated (whether who belonged to whom is as of
               the moment; false: as of now).
-#}
{% macro reasons_person_opt_out(points, at, is_dated=false) -%}
    {%- set reached -%}
    inner join {{ ref('opt_out_reach') }} as reach
        on
            requests.channel = reach.requested_channel
            and {{ rule_holds('reach', at) }}
    inner join {{ ref('channels') }} as channels
        on
            reach.reached_channel = channels.channel
            and {{ kind_of_point() }} = channels.contact_kind
    inner join {{ ref('compliance_rules') }} as rules
        on
            rules.topic = 'person_opt_out'
            and {{ rule_holds('rules', at) }}
    {%- endset -%}
    {%- set requests = [] -%}
    {%- for relation, kind, column, does in opt_out_sources() -%}
        {%- for holdings, was_held in holdings_as_of('others', at, is_dated) -%}
            {%- set rows -%}
    from {{ relation }} as requests
    inner join {{ holdings }} as others
        on others.contact_kind = '{{ kind }}' and requests.{{ column }} = others.contact_value
    inner join {{ points }} as points on others.golden_person_id = points.golden_person_id
    {{ reached }}
    where
        {{ is_asked(does, at) }}
        {%- if kind == 'address' %}
        and requests.address > ''
        {%- endif %}
        and points.contact_value <> others.contact_value
        and {{ was_held }}
        and not {{ is_lifted(
            'requests', column, 'others.contact_value', 'reach.reached_channel', at
        ) }}
            {%- endset -%}
            {%- do requests.append((rows, does)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for relation, id, golden, was_member in members_as_of('members', at, is_dated) -%}
        {%- set rows -%}
    from {{ ref('stg_opt_out_requests') }} as requests
    inner join {{ relation }} as members on requests.person_id = {{ id }}
    inner join {{ points }} as points on {{ golden }} = points.golden_person_id
    {{ reached }}
    where requests.known_at <= {{ at }} and {{ was_member }}
        {%- endset -%}
        {%- do requests.append((rows, none)) -%}
    {%- endfor -%}
    {%- set reasons = [] -%}
    {%- for rows, does in requests -%}
        {%- do reasons.append({
            'channel': 'reach.reached_channel', 'code': "'PERSON_OPT_OUT'",
            'rule_id': 'rules.rule_id', 'citation': 'rules.citation',
            'enforcement': weaker_rule('rules.enforcement', does), 'blocks_from': 'requests.opted_out_at',
            'rows': rows,
        }) -%}
    {%- endfor -%}
    {{ return(reasons) }}
{%- endmacro %}
