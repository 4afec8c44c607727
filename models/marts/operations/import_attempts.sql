{#-
    Every attempt to load an import, as it is this second: a view over the loaders' ledger, as
    import_health is.
    Grain: one row per import and attempt.
-#}
with

attempts as (

    select * from {{ source('raw', 'import_attempts') }}

),

final as (

    select
        import_seq,
        attempt,
        started_at,
        ended_at,
        status,
        error_message
    from attempts

)

select * from final
