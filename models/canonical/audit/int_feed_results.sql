{#-
    What became of the records of a batch's imports that are not about people: a record is new,
    known from an earlier import, a repeat inside its file, or rejected.
    Grain: one row per import of the batch.
-#}
{%- set feeds = [
    ('campaigns', 'stg_campaigns'),
    ('touchpoints', 'stg_touchpoints'),
    ('opt_outs', 'stg_opt_outs'),
    ('dnc', 'stg_dnc_registry'),
] -%}
with

{% for feed, model in feeds %}
{{ feed }}_known as (

    select * from {{ ref(model) }}
    where rejection_reason is null

),

{{ feed }}_of_batch as (

    select * from {{ ref(model) }}
    where {{ batch_range_filter('record_id', feed) }}

),

{{ feed }}_first as (

    select
        known.content_hash,
        min(known.record_id) div 10000000000 as first_import_seq
    from (
        select distinct content_hash from {{ feed }}_of_batch
        where rejection_reason is null
    ) as contents
    inner join {{ feed }}_known as known on contents.content_hash = known.content_hash
    group by known.content_hash

),

{% endfor %}
records as (

    {% for feed, model in feeds %}
    select
        of_batch.import_seq,
        of_batch.content_hash,
        of_batch.rejection_reason is null as is_accepted,
        first.first_import_seq
    from {{ feed }}_of_batch as of_batch
    left join {{ feed }}_first as first
        on of_batch.content_hash = first.content_hash and of_batch.rejection_reason is null
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

final as (

    select
        import_seq,
        count(distinct case when first_import_seq = import_seq then content_hash end)
            as inserted_count,
        count(distinct case when first_import_seq <> import_seq then content_hash end)
            as unchanged_count,
        sum(is_accepted) as accepted_count,
        sum(not is_accepted) as rejected_count
    from records
    group by import_seq

)

select * from final
