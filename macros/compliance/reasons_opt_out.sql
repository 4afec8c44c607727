{#-
    Requests not to be contacted at this contact point, on every channel that seed opt_out_reach
    says they stop, unless a dated consent for the channel lifted them. A contribution to
    decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_opt_out(points, at) -%}
    {%- set reasons = [] -%}
    {%- for relation, kind, column, does in opt_out_sources() -%}
        {%- set rows -%}
    from {{ points }} as points
    inner join {{ relation }} as requests on points.contact_value = requests.{{ column }}
    inner join {{ ref('opt_out_reach') }} as reach on requests.channel = reach.requested_channel
    inner join {{ ref('channels') }} as channels
        on reach.reached_channel = channels.channel and points.contact_kind = channels.contact_kind
    where
        points.contact_kind = '{{ kind }}'
        {%- if kind == 'address' %}
        {#- Hardly any request has one: they are looked up, not every address. #}
        and requests.address > ''
        {%- endif %}
        and {{ is_asked(does, at) }}
        and {{ rule_holds('reach', at) }}
        and not {{ is_lifted(
            'requests', column, 'points.contact_value', 'reach.reached_channel', at
        ) }}
        {%- endset -%}
        {%- do reasons.append({
            'channel': 'reach.reached_channel', 'code': "'OPT_OUT'",
            'rule_id': "concat('opt_out_', reach.requested_channel)", 'citation': 'reach.citation',
            'enforcement': weaker_rule('reach.enforcement', does), 'blocks_from': 'requests.opted_out_at',
            'rows': rows,
        }) -%}
    {%- endfor -%}
    {{ return(reasons) }}
{%- endmacro %}
