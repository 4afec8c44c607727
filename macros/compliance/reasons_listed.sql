{#-
    Do-not-call lists that the number was on at the moment, by what was known then. A list of a kind
    that a business relationship or a consent exempts from is `exempt` while there is one. The policy of
    the kind says which channels it is about. A contribution to decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_listed(points, at) -%}
    {%- set sources = [
        (ref('stg_dnc_listings'), 'points.phone = listings.phone'),
        (ref('dnc_list_records'), 'points.contact_value = listings.phone_e164'),
    ] -%}
    {%- set enforcement = "if(exemptions.id is null, policies.enforcement, 'exempt')" -%}
    {%- set reasons = [] -%}
    {%- for relation, condition in sources -%}
        {%- set rows -%}
    from {{ points }} as points
    inner join {{ relation }} as listings on {{ condition }}
    inner join {{ ref('dnc_list_policies') }} as policies
        on
            listings.list_kind = policies.list_kind
            and {{ rule_holds('policies', at) }}
    inner join {{ ref('channels') }} as channels
        on
            {{ kind_of_point() }} = channels.contact_kind
            and find_in_set(channels.channel, policies.channels) > 0
    left join {{ ref('stg_consents') }} as exemptions
        on
            points.contact_value = exemptions.phone_e164
            and {{ is_exempt('points', at, 'exemptions', 'policies', 'channels.channel') }}
    where
        {{ kind_of_point() }} = 'phone'
        and listings.known_at <= {{ at }}
        and coalesce(listings.gone_known_at > {{ at }}, true)
        {%- endset -%}
        {%- do reasons.append({
            'channel': 'channels.channel', 'code': 'policies.reason_code',
            'rule_id': 'policies.rule_id', 'citation': 'policies.citation',
            'enforcement': enforcement, 'blocks_from': 'listings.listed_from', 'rows': rows,
        }) -%}
    {%- endfor -%}
    {{ return(reasons) }}
{%- endmacro %}
