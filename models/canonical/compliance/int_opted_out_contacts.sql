{#-
    Contact points that were opted out, once for each channel the request reaches: its own, every
    channel for 'all', and calls and texts each other's (a revocation by one is one for both).
    Grain: one row per contact point and channel.
-#}
with

opt_outs as (

    select * from {{ ref('opt_outs') }}

),

channels as (

    select * from {{ ref('channels') }}

),

opted_out_points as (

    select
        phone_e164 as contact_value,
        channel
    from opt_outs
    where phone_e164 is not null
    union distinct
    select
        email as contact_value,
        channel
    from opt_outs
    where email is not null

),

final as (

    select distinct
        opted_out_points.contact_value,
        {{ content_hash(['opted_out_points.contact_value']) }} as contact_hash,
        channels.channel
    from opted_out_points
    inner join channels
        on
            opted_out_points.channel in (channels.channel, 'all')
            or (opted_out_points.channel in ('call', 'sms') and channels.channel in ('call', 'sms'))

)

select * from final
