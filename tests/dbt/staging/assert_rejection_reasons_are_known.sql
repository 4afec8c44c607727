-- Whatever refuses a record is a rule of the seed validation_rules, so that reports can name it.
with

rejections as (

    {% for feed in ['people', 'touchpoints', 'campaigns'] %}
    select distinct
        '{{ feed }}' as feed,
        rejection_reason
    from {{ ref('stg_' ~ feed) }}
    where rejection_reason is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

rules as (

    select * from {{ ref('validation_rules') }}

),

final as (

    select rejections.*
    from rejections
    left join rules
        on
            rejections.feed = rules.feed
            and rejections.rejection_reason
            = if(rules.rule_kind = 'rejected', rules.parameter, rules.error_type)
            and (rules.rule_kind = 'rejected' or rules.severity = 'reject')
    where rules.rule_number is null

)

select * from final
