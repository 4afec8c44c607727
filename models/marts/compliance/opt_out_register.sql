{#-
    Requests not to be contacted and what became of each, as pages read it: whom it is about today,
    when it was made, when we learnt it, and the contacts made after it.
    Grain: one row per request.
-#}
with

followed as (

    select * from {{ ref('opt_outs_followed') }}

),

requests as (

    select * from {{ ref('opt_outs') }}

),

persons as (

    select * from {{ ref('persons') }}

),

final as (

    select
        followed.id as request_id,
        persons.golden_person_id,
        followed.channel,
        case
            when requests.phone_e164 is not null then 'phone'
            when requests.email is not null then 'email'
            else 'address'
        end as contact_kind,
        coalesce(requests.phone_e164, requests.email, requests.address) as contact_value,
        followed.opted_out_at,
        followed.known_at,
        followed.deadline_on,
        followed.deadline_citation,
        followed.contact_count,
        followed.last_contact_at,
        followed.is_contacted,
        followed.is_late
    from followed
    left join requests on followed.id = requests.id
    left join persons on requests.person_id = persons.id

)

select * from final
