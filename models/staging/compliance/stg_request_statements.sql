{#-
    Outcomes of contacts and statuses of people that say no (Do not call, unsubscribed); the seed says
    what each forbids. Only added to, also by a full refresh: undoing or replaying a file lifts none.
    Grain: one row per record, contact point of it and statement.
-#}
{%- set points = ['email_1', 'email_2', 'phone_1', 'phone_2', 'phone_3'] -%}
with

raw_touchpoints as (

    select * from {{ source('raw', 'staging_raw_touchpoints') }}
    where {{ imports_with_statements('touchpoints') }}

),

raw_people as (

    select * from {{ source('raw', 'staging_raw_import') }}
    where {{ imports_with_statements('people') }}

),

ledger as (

    select * from {{ source('raw', 'import_metadata') }}

),

rules as (

    select * from {{ ref('request_statements') }}
    where known_until = '9999-12-31'

),

outcomes as (

    select
        touchpoints.*,
        rules.statement
    from raw_touchpoints as touchpoints
    inner join rules
        on
            rules.source = 'touchpoints'
            and {{ statement_words('touchpoints.status') }} = rules.statement
    where touchpoints.status is not null

),

statuses as (

    select
        people.*,
        rules.statement
    from raw_people as people
    inner join rules
        on
            rules.source = 'people'
            and {{ statement_words('people.contact_status') }} = rules.statement
    where people.contact_status is not null

),

said as (

    select
        record_id,
        'touchpoints' as source,
        statement,
        {{ contact_channel('lower(trim(touchpoint_type))') }} as contact_channel,
        {{ standardize_email('email') }} as email,
        {{ settled_phone('phone') }} as phone_found,
        {{ parse_datetime('touchpoint_date') }} as said_at
    from outcomes
    {% for point in points %}
    union all
    select
        record_id,
        'people' as source,
        statement,
        null as contact_channel,
        {{ standardize_email(point) if point.startswith('email') else 'null' }} as email,
        {{ settled_phone(point) if point.startswith('phone') else 'null' }} as phone_found,
        {{ parse_datetime('trim(source_date)') }} as said_at
    from statuses
    where {{ point }} is not null
    {% endfor %}

),

numbered as (

    select
        said.*,
        {{ without_placeholders('phone_found') }} as phone_e164
    from said

),

final as (

    select
        numbered.record_id,
        ledger.id as import_seq,
        {{ content_hash(['numbered.email', 'numbered.phone_e164', 'numbered.statement']) }}
            as content_hash,
        numbered.source,
        numbered.statement,
        numbered.contact_channel,
        numbered.email,
        numbered.phone_e164,
        least(coalesce(numbered.said_at, ledger.uploaded_at), ledger.uploaded_at) as opted_out_at,
        ledger.uploaded_at as known_at
    from numbered
    inner join ledger on numbered.record_id div 10000000000 = ledger.id
    where numbered.email is not null or numbered.phone_e164 is not null

)

select * from final
