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
    {%- for relation, condition in sources %}
    select
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
    {%- endset %}
    {{ reason_columns(
        'channels.channel', 'policies.reason_code', 'policies.rule_id', 'policies.citation',
        enforcement, 'listings.listed_from'
    ) }}
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
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
