{#-
    Outcomes of contacts and statuses of people that say no (Do not call, unsubscribed), and what a
    record of a file of requests names beside the first mailbox and number; the seed says what each
    forbids. Only added to, also by a full refresh: undoing or replaying a file lifts none.
    The address counts where a record of people has nothing else to hold on to.
    Grain: one row per record, contact point of it and statement.
-#}
{%- set said = ['source', 'statement', 'contact_channel', 'said_at', 'reason', 'channel_text'] -%}
with

raw_touchpoints as (

    select * from {{ source('raw', 'staging_raw_touchpoints') }}
    where {{ imports_with_statements('touchpoints') }}

),

raw_people as (

    select * from {{ source('raw', 'staging_raw_import') }}
    where {{ imports_with_statements('people') }}

),

raw_opt_outs as (

    select * from {{ source('raw', 'staging_raw_opt_outs') }}
    where {{ imports_with_statements('opt_outs') }}

),

ledger as (

    select * from {{ source('raw', 'import_metadata') }}

),

rules as (

    select * from {{ ref('request_statements') }}
    where known_until = '9999-12-31'

),

{{ records_that_say_no('raw_touchpoints', 'raw_people', 'raw_opt_outs') }},

{{ standardized_addresses('statuses', 'record_id') }},

{{ named_points([
    ('outcomes', ['email'], ['phone']), ('requests', ['email'], ['phone']),
    ('statuses', ['email_1', 'email_2'], ['phone_1', 'phone_2', 'phone_3']),
], keep=said) }},

said as (

    {{ points_of_statements('outcomes', 'statuses', 'standard_addresses', said) }}

),

numbered as (

    select
        said.*,
        {{ without_placeholders('phone_found') }} as phone_e164
    from said

),

pointed as (

    select
        numbered.*,
        max(coalesce(email, phone_e164)) over (partition by record_id) is not null as has_point
    from numbered

),

final as (

    select distinct
        pointed.record_id,
        ledger.id as import_seq,
        -- With an address in the place of a mailbox, so that others keep their digest; of a request
        -- that of a record with this point alone, so that both are one.
        case
            when pointed.source = 'opt_outs'
                then {{ content_hash([
                    'pointed.email', 'pointed.phone_e164', 'pointed.channel_text', 'pointed.said_at',
                    'pointed.reason'
                ]) }}
            else {{ content_hash([
                'coalesce(pointed.email, pointed.address)', 'pointed.phone_e164', 'pointed.statement'
            ]) }}
        end as content_hash,
        pointed.source,
        pointed.statement,
        pointed.contact_channel,
        pointed.email,
        pointed.phone_e164,
        least(coalesce(pointed.said_at, ledger.uploaded_at), ledger.uploaded_at) as opted_out_at,
        ledger.uploaded_at as known_at,
        pointed.address,
        pointed.reason
    from pointed
    inner join ledger on pointed.record_id div 10000000000 = ledger.id
    where
        pointed.email is not null
        or pointed.phone_e164 is not null
        or (pointed.address is not null and not pointed.has_point)

)

select * from final
