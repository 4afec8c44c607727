-- Nobody may be contacted who must not be: whatever else is true, a contact point with an opt-out
-- for its channel, or a listed number, is never allowed, unless a consent or business relationship
-- was ever written down for it. Written from the facts, not with the macro that decides.
with

consents as (

    select * from {{ ref('stg_consents') }}

),

contact_points as (

    select points.*
    from {{ ref('contact_points') }} as points
    left join consents
        on points.contact_value in (consents.phone_e164, consents.email, consents.address)
    where points.is_allowed = 1 and consents.id is null

),

opt_outs as (

    select * from {{ ref('opt_outs') }}

),

list_records as (

    select * from {{ ref('dnc_list_records') }}

),

listings as (

    select * from {{ ref('stg_dnc_listings') }}
    where gone_known_at is null

),

final as (

    select
        contact_points.contact_value,
        contact_points.channel
    from contact_points
    inner join opt_outs
        on
            contact_points.contact_value
            in (opt_outs.email, opt_outs.phone_e164, opt_outs.address)
            and opt_outs.channel in (contact_points.channel, 'all')
    union all
    select
        contact_points.contact_value,
        contact_points.channel
    from contact_points
    inner join list_records on contact_points.contact_value = list_records.phone_e164
    where contact_points.channel in ('call', 'sms')
    union all
    select
        contact_points.contact_value,
        contact_points.channel
    from contact_points
    inner join listings
        on case
            when contact_points.contact_kind = 'phone'
                then cast(substr(contact_points.contact_value, 3) as unsigned)
        end = listings.phone
    where contact_points.channel in ('call', 'sms')

)

select * from final
