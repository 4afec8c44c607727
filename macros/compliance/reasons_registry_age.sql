{#-
    Numbers of area codes whose copy of a list that has to be current (the national registry's) is
    missing or too old at the moment: a copy of day 31 will do, of day 32 no more; on the channels of
    that kind of list. A contribution to decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_registry_age(points, at) -%}
    {%- set known_then -%}
        copies.known_at <= {{ at }} and coalesce(copies.known_until > {{ at }}, true)
        and copies.rules_at <= {{ at }} and copies.rules_until > {{ at }}
    {%- endset -%}
    {#- A moment of its own for each point is compared where the points are. -#}
    {%- set is_one_moment = 'points.' not in at -%}
    {%- set copies -%}
        select * from ({{ registry_copies() }}) as copies
        {%- if is_one_moment %} where {{ known_then }}{% endif %}
    {%- endset -%}
    {%- set rows -%}
    from {{ points }} as points
    inner join {{ ref('channels') }} as channels on {{ kind_of_point() }} = channels.contact_kind
    inner join {{ ref('dnc_list_policies') }} as policies
        on
            policies.must_be_current = 1
            and find_in_set(channels.channel, policies.channels) > 0
            and {{ rule_holds('policies', at) }}
    inner join {{ ref('compliance_rules') }} as rules
        on
            rules.topic = 'registry_max_age'
            and {{ rule_holds('rules', at) }}
    left join ({{ copies }}) as copies
        on points.area_code = copies.area_code and policies.list_kind = copies.list_kind
        {%- if not is_one_moment %} and {{ known_then }}{% endif %}
    where
        {{ kind_of_point() }} = 'phone'
        and points.phone is not null
        and coalesce(date({{ at }}) > copies.accessed_on + interval rules.value day, true)
    {%- endset -%}
    {{ return([{
        'channel': 'channels.channel', 'code': "'REGISTRY_NOT_CURRENT'", 'rule_id': 'rules.rule_id',
        'citation': 'rules.citation', 'enforcement': 'rules.enforcement',
        'blocks_from': 'copies.accessed_on + interval rules.value + 1 day',
        'rows': rows, 'is_in_order': true,
    }]) }}
{%- endmacro %}
