{#-
    Contacts made with people, as the files tell them, typed.
    Grain: one row per record of a touchpoint file.
-#}
{{ config(pre_hook="{{ remove_replaced('touchpoints') }}") }}
with

raw_touchpoints as (

    select * from {{ source('raw', 'staging_raw_touchpoints') }}
    where {{ record_range_filter('touchpoints') }}

),

cleaned as (

    select
        record_id,
        import_seq,
        left({{ blank_to_null('source_record_id') }}, 255) as source_record_id,
        left({{ blank_to_null('campaign_name') }}, 255) as campaign_name,
        lower({{ blank_to_null('touchpoint_type') }}) as touchpoint_type_text,
        left(lower({{ blank_to_null('status') }}), 32) as status,
        {{ standardize_email('email') }} as email,
        {{ standardize_phone('phone') }} as phone_e164,
        {{ parse_datetime('touchpoint_date') }} as touchpoint_date,
        {{ refused_by_rule('touchpoints', 'raw_touchpoints') }} as refused_by_rule,
        extra as metadata
    from raw_touchpoints

),

judged as (

    select
        record_id,
        import_seq,
        source_record_id,
        campaign_name,
        case
            when touchpoint_type_text in ('mail', 'direct mail', 'letter', 'postcard') then 'mail'
            when touchpoint_type_text in ('sms', 'text', 'mms') then 'sms'
            when touchpoint_type_text in ('call', 'phone', 'voice') then 'call'
            when touchpoint_type_text in ('email', 'e-mail') then 'email'
        end as touchpoint_type,
        status,
        email,
        phone_e164,
        touchpoint_date,
        refused_by_rule,
        metadata
    from cleaned

),

final as (

    select
        record_id,
        import_seq,
        source_record_id,
        campaign_name,
        touchpoint_type,
        status,
        email,
        phone_e164,
        {{ content_hash([
            'email', 'phone_e164', 'campaign_name', 'touchpoint_type', 'touchpoint_date',
            'status', 'source_record_id'
        ]) }} as content_hash,
        case
            when email is null and phone_e164 is null then 'NO_CONTACT'
            when touchpoint_type is null then 'UNKNOWN_TYPE'
            when touchpoint_date is null then 'NO_DATE'
            else refused_by_rule
        end as rejection_reason,
        metadata,
        touchpoint_date
    from judged

)

select * from final
