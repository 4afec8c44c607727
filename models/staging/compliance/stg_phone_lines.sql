{#-
    What carriers' feeds say about the type of a line, and from which day on (a port).
    Grain: one row per number, day and source.
-#}
with

lines_told as (

    select * from {{ source('raw', 'phone_lines') }}

),

final as (

    select
        phone_e164,
        effective_on,
        source,
        line_type,
        recorded_at as known_at
    from lines_told

)

select * from final
