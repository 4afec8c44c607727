{#-
    Records of touchpoint, campaign, opt-out and do-not-call files that were rejected, and why.
    Grain: one row per rejected record.
-#}
{{ config(pre_hook="{{ remove_replaced('*') }}") }}
{%- set feeds = [
    ('touchpoints', 'stg_touchpoints'),
    ('campaigns', 'stg_campaigns'),
    ('opt_outs', 'stg_opt_outs'),
    ('dnc', 'stg_dnc_registry'),
] -%}
with

rules as (

    select * from {{ ref('validation_rules') }}

),

rejected as (

    {% for feed, model in feeds %}
    select
        import_seq,
        record_id,
        rejection_reason,
        '{{ feed }}' as feed
    from {{ ref(model) }}
    where rejection_reason is not null and {{ record_range_filter(feed, 'record_id') }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

final as (

    select
        rejected.import_seq,
        rejected.record_id,
        rejected.record_id % 10000000000 as `row_number`,
        coalesce(rules.rule_number, 999) as error_number,
        'error' as severity,
        rejected.rejection_reason as error_type,
        rules.field_name,
        cast(null as char(255)) as field_value,
        coalesce(rules.error_message, 'The record was rejected.') as error_message
    from rejected
    left join rules
        on rejected.feed = rules.feed and rejected.rejection_reason = rules.error_type

)

select * from final
