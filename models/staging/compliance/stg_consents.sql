{#-
    Consents and business relationships. A view, so that one counts from the moment it is written
    down.
    Grain: one row per record.
-#}
with

consents as (

    select * from {{ source('raw', 'consent_records') }}

),

final as (

    select
        id,
        phone_e164,
        email,
        address,
        kind,
        if(kind = 'consent', kind, concat('ebr_', kind)) as rule_topic,
        channel,
        purpose,
        evidence,
        evidence_hash,
        recorded_by,
        happened_at,
        expires_at,
        recorded_at as known_at
    from consents

)

select * from final
