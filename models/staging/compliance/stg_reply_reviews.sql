{#-
    Answers to texts that a person has to look at, decided or not. A view, so that one counts from
    the moment it is written down.
    Grain: one row per answer.
-#}
with

reviews as (

    select * from {{ source('raw', 'reply_reviews') }}

),

final as (

    select
        id as review_id,
        phone_e164,
        message,
        is_request,
        decided_by,
        received_at,
        recorded_at as known_at,
        decided_at
    from reviews

)

select * from final
