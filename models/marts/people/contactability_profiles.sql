{#-
    Everybody by profile: all by which the cube counts them, as one digest. A run counts those it
    touched out of their old profiles and into their new ones. Members and counts are rows of one
    table because they must change in one transaction: a run begun again counts nobody twice.
    Grain: one row per golden person and its profile, and one per profile, as person 0, with how many
    people have it (0 if nobody has it any more).
-#}
{%- set facts = [
    'state', 'sources', 'call_reasons', 'sms_reasons', 'email_reasons', 'mail_reasons',
    'is_business', 'score_band'
] -%}
{%- set of_touched = 'inner join ' ~ ref('int_decisions_touched') ~ ' as touched using '
    ~ '(golden_person_id)' if is_incremental() else '' -%}
-- depends_on: {{ ref('int_decisions_touched') }}
with

contactability as (

    select reached.* from {{ ref('contactability') }} as reached {{ of_touched }}

),

person_segments as (

    select * from {{ ref('person_segments') }}

),

people as (

    select
        contactability.golden_person_id,
        person_segments.state,
        person_segments.sources,
        contactability.call_reasons,
        contactability.sms_reasons,
        contactability.email_reasons,
        contactability.mail_reasons,
        person_segments.is_business,
        least(person_segments.score div 25, 3) * 25 as score_band
    from contactability
    inner join person_segments
        on contactability.golden_person_id = person_segments.golden_person_id

),

profiled as (

    select
        people.*,
        unhex(left(sha2(concat_ws('|', {{ facts | join(', ') }}), 256), 32)) as profile_hash
    from people

),

steps as (

    select
        profile_hash,
        {{ facts | join(', ') }},
        1 as step
    from profiled
    {% if is_incremental() %}
    union all
    -- Out of the profiles they had: no facts are in these rows.
    select
        known.profile_hash,
        {{ facts | join(', ') }},
        -1 as step
    from {{ this }} as known {{ of_touched }}
    union all
    select
        profile_hash,
        {{ facts | join(', ') }},
        person_count as step
    from {{ this }}
    where golden_person_id = 0
    {% endif %}

),

counted as (

    select
        profile_hash,
        {% for fact in facts %}
        max({{ fact }}) as {{ fact }},
        {% endfor %}
        sum(step) as person_count
    from steps
    group by profile_hash

),

final as (

    select
        profile_hash,
        golden_person_id,
        {% for fact in facts %}
        null as {{ fact }},
        {% endfor %}
        1 as person_count
    from profiled
    union all
    select
        profile_hash,
        0 as golden_person_id,
        {{ facts | join(', ') }},
        person_count
    from counted

)

select * from final
