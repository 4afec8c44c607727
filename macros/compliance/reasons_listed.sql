{#-
    Do-not-call lists that the number was on at the moment, by what was known then. A list of a kind
    that a business relationship or a consent exempts from is `exempt` while there is one. Texts are
    treated as calls. A contribution to decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_listed(points, at) -%}
    {%- set sources = [
        (ref('stg_dnc_listings'), 'points.phone = listings.phone'),
        (ref('dnc_list_records'), 'points.contact_value = listings.phone_e164'),
    ] -%}
    {%- set enforcement -%}
        case
            when policies.is_lifted_by_relationship = 1
                and {{ is_exempt('points', at, ['purchase', 'inquiry'], 'channels.channel') }}
                then 'exempt'
            when policies.is_lifted_by_consent = 1
                and {{ is_exempt('points', at, ['consent'], 'channels.channel') }}
                then 'exempt'
            else policies.enforcement
        end
    {%- endset -%}
    {%- set reasons = [] -%}
    {%- for relation, condition in sources -%}
        {%- set rows -%}
    from {{ points }} as points
    inner join {{ relation }} as listings on {{ condition }}
    inner join {{ ref('dnc_list_policies') }} as policies
        on
            listings.list_kind = policies.list_kind
            and date({{ at }}) between policies.valid_from and policies.valid_to
    inner join {{ ref('channels') }} as channels on points.contact_kind = channels.contact_kind
    where
        points.contact_kind = 'phone'
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
