{#- Contacts made with people, typed. Grain: one row per record of a touchpoint file. -#}
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
        {{ full_name_text('full_name') }} as full_text,
        {{ blank_to_null('first_name') }} as first_text,
        {{ blank_to_null('last_name') }} as last_text,
        {{ standardize_zip(blank_to_null('zip'), 'null') }} as zip,
        left({{ blank_to_null('campaign_name') }}, 255) as campaign_name,
        lower({{ blank_to_null('touchpoint_type') }}) as touchpoint_type_text,
        left(lower({{ blank_to_null('status') }}), 32) as status,
        {{ standardize_email('email') }} as email,
        {{ settled_phone('phone') }} as phone_found,
        {{ parse_datetime('touchpoint_date') }} as touchpoint_date,
        {{ refused_by_rule('touchpoints', 'raw_touchpoints') }} as refused_by_rule,
        extra as metadata
    from raw_touchpoints
    {{ at_once() }}

),

taken_apart as (

    select
        cleaned.*,
        {{ without_placeholders('phone_found') }} as phone_e164,
        {{ whole_name('full_text', 'first_text', 'last_text') }} as whole_name,
        {{ name_body(whole_name('full_text', 'first_text', 'last_text')) }} as name_body
    from cleaned
    {{ at_once() }}

),

named as (

    select
        taken_apart.*,
        {%- for part, strip in [('given', first_of_two), ('family', strip_name_affixes)] %}
        case
            when name_body is null
                then {{ strip('first_text' if part == 'given' else 'last_text') }}
            else {{ name_part(part, 'name_body', 'whole_name') }}
        end as {{ part }}_text,
        {%- endfor %}
        {{ name_suffix("coalesce(full_text, concat_ws(' ', first_text, last_text))") }}
            as name_suffix
    from taken_apart
    {{ at_once() }}

),

judged as (

    select
        named.*,
        left({{ name_key(first_name(name_text('given_text'), 'name_body')) }}, 100)
            as first_name_key,
        left({{ name_key(name_text('family_text')) }}, 100) as last_name_key,
        {{ contact_channel('touchpoint_type_text') }} as touchpoint_type
    from named
    {{ at_once() }}

),

keyed as (

    select
        judged.*,
        concat(first_name_key, '|', last_name_key, '|', left(zip, 16)) as name_zip_key,
        -- Father and son, and two of one mailbox, are two contacts.
        {{ told_name() }} as told_name,
        coalesce({{ touchpoint_rejection() }}, refused_by_rule) as rejection_reason
    from judged

),

final as (

    select
        record_id,
        import_seq,
        source_record_id,
        campaign_name,
        case when rejection_reason is null then {{ campaign_key('campaign_name') }} end
            as campaign_id,
        touchpoint_type,
        status,
        email,
        {{ email_key('email') }} as email_key,
        phone_e164,
        first_name_key,
        last_name_key,
        name_suffix,
        name_zip_key,
        {{ content_hash([
            'email', 'phone_e164', 'told_name', 'campaign_name', 'touchpoint_type',
            'touchpoint_date', 'status', 'source_record_id'
        ]) }} as content_hash,
        rejection_reason,
        metadata,
        touchpoint_date
    from keyed

)

select * from final
