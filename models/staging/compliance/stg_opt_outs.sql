{#-
    Requests not to be contacted; of several points the first (others: stg_request_statements). A
    channel nobody can read is all channels: a request that is misunderstood must not be lost.
    Grain: one row per record of an opt-out file.
-#}
{{ config(pre_hook="{{ remove_replaced('opt_outs') }}") }}
with

raw_opt_outs as (

    select * from {{ source('raw', 'staging_raw_opt_outs') }}
    where {{ record_range_filter('opt_outs') }}

),

ledger as (

    select * from {{ ref('stg_imports') }}

),

written_addresses as (

    select
        record_id,
        {% for column in ['street_1', 'street_2', 'city', 'state', 'zip'] %}
        {{ column }},
        {% endfor %}
        country
    from raw_opt_outs
    where street_1 is not null

),

{{ addresses_apart('written_addresses', 'record_id') }},

{{ standardized_addresses('addresses_apart', 'record_id') }},

{{ named_points([('raw_opt_outs', ['email'], ['phone'])]) }},

named as (

    select
        record_id,
        max(case when not is_further then email end) as email,
        max(case when not is_further then phone_e164 end) as phone_e164,
        group_concat(distinct case when is_unread then field end) as unread_fields
    from named_points
    group by record_id

),

cleaned as (

    select
        raw_opt_outs.record_id,
        raw_opt_outs.import_seq,
        coalesce({{ standardize_email('raw_opt_outs.email') }}, named.email) as email,
        {{ settled_phone('raw_opt_outs.phone') }} as phone_found,
        named.phone_e164 as named_phone,
        named.unread_fields,
        {{ mail_line('standard_addresses') }} as address,
        lower({{ blank_to_null('raw_opt_outs.channel') }}) as channel_text,
        left({{ blank_to_null('raw_opt_outs.reason') }}, 255) as reason,
        ledger.uploaded_at as known_at,
        -- A moment to come is a mistake that no consent could lift for years: the upload counts.
        least(
            coalesce({{ parse_datetime('raw_opt_outs.opted_out_at') }}, ledger.uploaded_at),
            ledger.uploaded_at
        ) as opted_out_at
    from raw_opt_outs
    inner join ledger on raw_opt_outs.import_seq = ledger.import_seq
    left join standard_addresses on raw_opt_outs.record_id = standard_addresses.record_id
    left join named on raw_opt_outs.record_id = named.record_id
    {{ at_once() }}

),

numbered as (

    select
        cleaned.*,
        coalesce({{ without_placeholders('phone_found') }}, named_phone) as phone_e164
    from cleaned

),

final as (

    select
        record_id,
        import_seq,
        email,
        phone_e164,
        case
            when channel_text in ('sms', 'text', 'mms') then 'sms'
            when channel_text in ('call', 'phone', 'voice') then 'call'
            when channel_text in ('email', 'e-mail') then 'email'
            when channel_text in ('mail', 'direct mail', 'postal') then 'mail'
            else 'all'
        end as channel,
        reason,
        -- With an address in the place of a mailbox, so that others keep their digest.
        {{ content_hash([
            "nullif(concat_ws(', ', email, address), '')", 'phone_e164', 'channel_text',
            'opted_out_at', 'reason'
        ]) }} as content_hash,
        case
            when email is null and phone_e164 is null and address is null then 'NO_CONTACT'
        end as rejection_reason,
        opted_out_at,
        known_at,
        address,
        unread_fields
    from numbered

)

select * from final
