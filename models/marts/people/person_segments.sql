{#-
    What lists choose golden persons by beyond their own values: how promising they are, private or
    business, and the mappings they are known from. The score is said in full here: 30 points if a
    source verified a number or mailbox; 10 each for having a phone, a mailbox and an address; 30, 20
    or 10 if the newest source is at most 90, 365 or 1,095 days old; 10 if several imports know them.
    Whether they may be contacted is no part of it: that is the gate's. As of the day of the run, like
    verdicts. Grain: one row per golden person.
-#}
{%- set of_touched = 'inner join ' ~ ref('int_decisions_touched') ~ ' as touched using '
    ~ '(golden_person_id)' if is_incremental() else '' -%}
-- depends_on: {{ ref('int_decisions_touched') }}
with

golden_persons as (

    select golden.* from {{ ref('golden_persons') }} as golden {{ of_touched }}

),

contacts as (

    select points.* from {{ ref('int_golden_contacts') }} as points {{ of_touched }}

),

persons as (

    select living.*
    from {{ ref('persons') }} as living {{ of_touched }}
    where living.record_count > 0

),

person_records as (

    select * from {{ ref('person_records') }}

),

imports as (

    select * from {{ ref('stg_imports') }}

),

verified as (

    select golden_person_id
    from contacts
    where contact_kind in ('phone', 'email') and is_verified = 1
    group by golden_person_id

),

known_from as (

    select
        persons.golden_person_id,
        group_concat(distinct imports.source_type order by imports.source_type) as sources
    from persons
    inner join person_records on persons.id = person_records.person_id
    inner join imports on person_records.import_seq = imports.import_seq
    group by persons.golden_person_id

),

final as (

    select
        golden_persons.golden_person_id,
        coalesce(golden_persons.state, '') as state,
        case when verified.golden_person_id is not null then 30 else 0 end
        + case when golden_persons.primary_phone is not null then 10 else 0 end
        + case when golden_persons.primary_email is not null then 10 else 0 end
        + case when golden_persons.street is not null then 10 else 0 end
        + case
            when golden_persons.updated_at >= {{ utc_now() }} - interval 90 day then 30
            when golden_persons.updated_at >= {{ utc_now() }} - interval 365 day then 20
            when golden_persons.updated_at >= {{ utc_now() }} - interval 1095 day then 10
            else 0
        end
        + case when golden_persons.import_count > 1 then 10 else 0 end as score,
        golden_persons.company_name is not null as is_business,
        coalesce(left(known_from.sources, 255), '') as sources
    from golden_persons
    left join verified on golden_persons.golden_person_id = verified.golden_person_id
    left join known_from on golden_persons.golden_person_id = known_from.golden_person_id

)

select * from final
