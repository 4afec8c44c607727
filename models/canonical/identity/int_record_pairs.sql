{#-
    The joins between affected records: two records that share a key which is no hub, and that
    pass the guard. The rank names the best key they share (1 e-mail, 2 phone, 3 name and ZIP).
    Grain: one row per pair of records, the smaller record first.
-#}
-- depends_on: {{ ref('mailbox_folding') }}, {{ ref('letter_folds') }}
with

affected as (

    select * from {{ ref('int_records_affected') }}

),

people as (

    select * from {{ ref('stg_people') }}

),

match_keys as (

    select * from {{ ref('record_match_keys') }}

),

shared_keys as (

    select * from {{ ref('shared_keys') }}

),

nickname_pairs as (

    select * from {{ ref('nickname_pairs') }}

),

{% if is_rebuild() %}
affected_keys as (

    select
        key_hash,
        record_id
    from match_keys

),
{% else %}
affected_people as (

    select people.*
    from affected
    inner join people on affected.record_id = people.record_id

),

affected_keys as (

    {{ match_keys('affected_people') }}

),
{% endif %}

candidates as (

    select
        one.record_id,
        other.record_id as other_record_id,
        min(other.key_rank) as key_rank,
        min({{ tie_of_key('other.key_rank', 'shared_keys') }}) as tie
    from affected_keys as one
    inner join match_keys as other
        on one.key_hash = other.key_hash and one.record_id < other.record_id
    left join shared_keys on one.key_hash = shared_keys.key_hash
    where {{ joins_somebody('shared_keys') }}
    group by one.record_id, other.record_id

),

final as (

    select
        candidates.record_id,
        candidates.other_record_id,
        candidates.key_rank
    from candidates
    inner join people as one on candidates.record_id = one.record_id
    inner join people as other on candidates.other_record_id = other.record_id
    left join nickname_pairs as nickname
        on
            one.first_name_key = nickname.first_name_key
            and other.first_name_key = nickname.other_first_name_key
    where
        {{ may_be_one_person(
            'one', 'other', 'nickname', 'candidates.tie',
            both_have_own('one', 'other', 'e', 'shared_keys'),
            both_have_own('one', 'other', 'p', 'shared_keys'),
            is_borne_out('one', 'other', 'match_keys', 'people')
        ) }}

)

select * from final
