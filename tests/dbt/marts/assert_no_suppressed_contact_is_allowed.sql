-- Nobody may be contacted who must not be: whatever else is true, a contact point with an opt-out
-- for its channel, or a listed number, is never allowed. Written from the facts, not with the
-- macro that decides.
with

contact_points as (

    select * from {{ ref('contact_points') }}
    where is_allowed = 1

),

opt_outs as (

    select * from {{ ref('opt_outs') }}

),

dnc_registry as (

    select * from {{ ref('dnc_registry') }}

),

final as (

    select
        contact_points.contact_value,
        contact_points.channel
    from contact_points
    inner join opt_outs
        on
            contact_points.contact_value in (opt_outs.email, opt_outs.phone_e164)
            and opt_outs.channel in (contact_points.channel, 'all')
    union all
    select
        contact_points.contact_value,
        contact_points.channel
    from contact_points
    inner join dnc_registry on contact_points.contact_value = dnc_registry.phone_e164
    where contact_points.channel in ('call', 'sms')

)

select * from final
