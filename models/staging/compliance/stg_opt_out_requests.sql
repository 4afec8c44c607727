{#-
    Requests not to be contacted that came by no file: texts, calls, the dashboard. A view, so that
    one counts from the moment it is written down.
    Grain: one row per request.
-#}
with

requests as (

    select * from {{ source('raw', 'opt_out_requests') }}

),

final as (

    select
        id as request_id,
        phone_e164,
        email,
        address,
        person_id,
        channel,
        origin,
        reason,
        recorded_by,
        opted_out_at,
        recorded_at as known_at
    from requests

)

select * from final
