-- A record is never refused without a line that says why.
{% set models = [
    'stg_people', 'stg_touchpoints', 'stg_campaigns', 'stg_opt_outs', 'stg_dnc_registry'
] %}
with

rejected as (

    {% for model in models %}
    select record_id from {{ ref(model) }}
    where rejection_reason is not null
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

problems as (

    select * from {{ ref('import_validation_log') }}
    where severity in ('error', 'reject')

),

final as (

    select rejected.record_id
    from rejected
    left join problems on rejected.record_id = problems.record_id
    where problems.record_id is null

)

select * from final
