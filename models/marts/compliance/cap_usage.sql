{#-
    How far frequency caps are used up: how many golden persons have been contacted how often within
    the window, when the run was made.
    Grain: one row per cap and number of contacts.
-#}
with

caps_used as (

    select * from {{ ref('caps_used') }}

),

final as (

    select
        cap_id,
        used_count,
        max(channel) as channel,
        max(max_contacts) as max_contacts,
        max(window_hours) as window_hours,
        max(enforcement) as enforcement,
        count(*) as person_count,
        sum(free_at is not null) as blocked_count
    from caps_used
    group by cap_id, used_count

)

select * from final
