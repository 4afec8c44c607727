{#-
    Golden persons who were contacted as often as a cap allows within its window, over all campaigns
    and all persons of the group.
    Grain: one row per golden person and channel.
-#}
with

persons as (

    select * from {{ ref('persons') }}

),

touchpoints as (

    select * from {{ ref('touchpoints') }}

),

frequency_caps as (

    select * from {{ ref('frequency_caps') }}
    where
        enforcement = 'enforce'
        and date({{ utc_now() }}) between valid_from and valid_to

),

uses as (

    select
        persons.golden_person_id,
        frequency_caps.channel,
        frequency_caps.cap_id,
        frequency_caps.max_contacts,
        count(*) as contact_count
    from frequency_caps
    inner join touchpoints
        on
            frequency_caps.channel = touchpoints.touchpoint_type
            and touchpoints.touchpoint_date
            >= {{ utc_now() }} - interval frequency_caps.window_days day
    inner join persons on touchpoints.person_id = persons.id
    group by
        persons.golden_person_id,
        frequency_caps.channel,
        frequency_caps.cap_id,
        frequency_caps.max_contacts

),

final as (

    select distinct
        golden_person_id,
        channel
    from uses
    where contact_count >= max_contacts

)

select * from final
