{#-
    The records that imports had brought which this run takes out or replaces, with the persons they
    belonged to before. Fixed before anything is changed; an attempt that broke off hands on what it
    had found.
    Grain: one row per record and person it belonged to.
-#}
{%- set known_records = previous_state('person_records') -%}
{%- set unfinished = unpublished_state('replaced_records', layer='staging') -%}
with

batch as (

    select * from {{ ref('import_batch') }}

),

final as (

    {% if known_records and not is_rebuild() %}
    select
        record_id,
        person_id
    from {{ known_records }}
    where {{ replaced_range_filter('record_id', 'people') }}
    {% else %}
    select
        import_seq as record_id,
        import_seq as person_id
    from batch
    where 1 = 0
    {% endif %}
    {% if unfinished and not is_rebuild() %}
    union distinct
    select
        record_id,
        person_id
    from {{ unfinished }}
    {% endif %}

)

select * from final
