{#-
    Days whose contacts have to be counted again: those of the contacts that records of the batch
    tell of, and of contacts whose first record is taken out. Built before the contacts themselves
    (touchpoints), while those that go are still there; that a contact finds its person changes no count.
    Grain: one row per UTC day.
-#}
{%- set known_touchpoints = previous_state('touchpoints') -%}
{%- set unfinished = unpublished_state('int_contact_days_touched') -%}
{%- set all_records = is_rebuild() or not known_touchpoints -%}
with

touchpoints as (

    select * from {{ ref('stg_touchpoints') }}
    where
        rejection_reason is null
        and {{ batch_range_filter('record_id', 'touchpoints', all_records) }}

),

final as (

    select distinct date(touchpoint_date) as day_on
    from touchpoints
    {% if not all_records %}
    union distinct
    select date(touchpoint_date) as day_on
    from {{ known_touchpoints }}
    where {{ replaced_range_filter('id', 'touchpoints') }}
    {% if unfinished %}
    union distinct
    select day_on from {{ unfinished }}
    {% endif %}
    {% endif %}

)

select * from final
