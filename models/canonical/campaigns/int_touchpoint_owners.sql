{#-
    The person a contact was made with: whoever holds its e-mail, else its phone, else its name and
    ZIP, by the keys and guard that join records, but another mailbox or number of its own is not held
    against a contact. One without a name was made with its mailbox or number: no name is asked for.
    Of several persons the smallest id. Grain: one row per touched contact that has a person.
-#}
{%- set not_told = 'middle_initial birth_date company_name email_2 phone_2 phone_3 street_key' -%}
{%- set tie = tie_of_key('one.key_rank', 'shared_keys') -%}
{%- set keys = [(1, 'e', email_key('email_1')), (2, 'p', 'phone_1'), (3, 'n', 'name_zip_key')] -%}
with

touched as (

    select * from {{ ref('int_touchpoints_touched') }}

),

touchpoints as (

    select * from {{ ref('stg_touchpoints') }}
    where rejection_reason is null

),

match_keys as (

    select * from {{ ref('record_match_keys') }}

),

shared_keys as (

    select * from {{ ref('shared_keys') }}

),

people as (

    select * from {{ ref('stg_people') }}

),

nickname_pairs as (

    select * from {{ ref('nickname_pairs') }}

),

person_records as (

    select * from {{ ref('person_records') }}

),

contacts as (

    select
        touchpoints.content_hash,
        {%- for column in ['first_name_key', 'last_name_key', 'name_suffix', 'name_zip_key'] %}
        touchpoints.{{ column }},
        {%- endfor %}
        {%- for column in not_told.split() + ['first_name', 'last_name'] %}
        null as {{ column }},
        {%- endfor %}
        touchpoints.email as email_1,
        touchpoints.phone_e164 as phone_1
    from touched
    inner join touchpoints on touched.content_hash = touchpoints.content_hash

),

keys_of_contacts as (

    {% for rank, kind, column in keys %}
    select
        contacts.*,
        {{ rank }} as key_rank,
        {{ match_key_hash(kind, column) }} as key_hash
    from contacts
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

candidates as (

    select
        one.content_hash,
        min(concat(one.key_rank, lpad(person_records.person_id, 20, '0'))) as best
    from keys_of_contacts as one
    left join shared_keys on one.key_hash = shared_keys.key_hash
    inner join match_keys on one.key_hash = match_keys.key_hash
    inner join people as other on match_keys.record_id = other.record_id
    inner join person_records on match_keys.record_id = person_records.record_id
    left join nickname_pairs as nickname
        on
            one.first_name_key = nickname.first_name_key
            and other.first_name_key = nickname.other_first_name_key
    where
        {{ joins_somebody('shared_keys') }}
        and (
            (one.first_name_key is null and one.key_rank < 3)
            or {{ may_be_one_person('one', 'other', 'nickname', tie, 'false', 'false', 'true') }}
        )
    group by one.content_hash

),

final as (

    select
        content_hash,
        cast(substr(best, 2) as unsigned) as person_id,
        elt(left(best, 1), 'email', 'phone', 'name_zip') as match_type
    from candidates

)

select * from final
