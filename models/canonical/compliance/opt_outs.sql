{#-
    Requests not to be contacted, with the person they belong to today. They hang on the contact point,
    not on the person: merges, replays and new imports cannot lift one.
    Grain: one row per request (repeats of the same request in a file or a later file are one).
-#}
{%- set said = 'email phone_e164 address channel reason opted_out_at known_at'.split() -%}
with

requests as (

    select * from {{ ref('stg_opt_outs') }}

),

told as (

    select * from {{ ref('stg_opt_out_requests') }}

),

recorded as (

    select * from {{ ref('recorded_requests') }} as recorded
    where
        enforcement = 'enforce' and known_until = '9999-12-31'
        and not (recorded.source = 'opt_outs' and exists (
            select 1 from {{ ref('stg_opt_outs') }} as alone
            where alone.content_hash = recorded.content_hash and alone.rejection_reason is null
        ))

),

{% for name in ['email_addresses', 'phone_numbers'] %}
{{ name }} as (

    select * from {{ ref(name) }}

),

{% endfor %}
homes as (

    select * from {{ ref('int_golden_contacts') }}
    where contact_kind = 'address'

),

first_requests as (

    select min(record_id) as id
    from requests
    where rejection_reason is null
    group by content_hash

),

{% for column, contacts, value, person_id in [
    ('email', 'email_addresses', 'email', 'person_id'),
    ('phone_e164', 'phone_numbers', 'phone_e164', 'person_id'),
    ('address', 'homes', 'contact_value', 'golden_person_id'),
] %}
persons_by_{{ column }} as (

    select
        requests.record_id, min({{ contacts }}.{{ person_id }}) as person_id
    from requests
    inner join {{ contacts }} on requests.{{ column }} = {{ contacts }}.{{ value }}
    group by requests.record_id

),

{% endfor %}
final as (

    select
        requests.record_id as id,
        coalesce(
            persons_by_email.person_id, persons_by_phone_e164.person_id,
            persons_by_address.person_id
        ) as person_id,
        {% for column in said %}
        requests.{{ column }},
        {% endfor %}
        requests.import_seq
    from first_requests
    inner join requests on first_requests.id = requests.record_id
    left join persons_by_email on requests.record_id = persons_by_email.record_id
    left join persons_by_phone_e164 on requests.record_id = persons_by_phone_e164.record_id
    left join persons_by_address on requests.record_id = persons_by_address.record_id
    -- Ids apart from those of records, which begin with the number of an import.
    {% for relation, first_id, person_id, import_seq, known_at in [
        ('told', '10000000000000000000', 'min(told.person_id)', 'null', 'told.known_at'),
        ('recorded', '15000000000000000000', 'null', 'min(recorded.import_seq)', 'recorded.told_at'),
    ] %}
    union all
    select
        {{ first_id }} + {{ relation }}.request_id as id,
        coalesce(
            {{ person_id }}, min(email_addresses.person_id), min(phone_numbers.person_id),
            min(homes.golden_person_id)
        ) as person_id,
        {% for column in said[:-1] %}
        {{ relation }}.{{ column }},
        {% endfor %}
        min({{ known_at }}) as known_at,
        {{ import_seq }} as import_seq
    from {{ relation }}
    left join email_addresses on {{ relation }}.email = email_addresses.email
    left join phone_numbers on {{ relation }}.phone_e164 = phone_numbers.phone_e164
    left join homes on {{ relation }}.address = homes.contact_value
    group by
        {% for column in said[:-1] %}
        {{ relation }}.{{ column }},
        {% endfor %}
        {{ relation }}.request_id
    {% endfor %}

)

select * from final
