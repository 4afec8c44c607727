{#-
    Everything that is wrong or doubtful in the records of imports, all problems of a record and not
    the first only, and the records that the parser refused. The seed validation_rules says what is
    checked: each record gets the list of the rules it breaks, in one pass.
    Grain: one row per problem of a record.
-#}
{{ config(pre_hook="{{ remove_replaced('*') }}") }}
{%- set feeds = [
    ('people', 'staging_raw_import', 'stg_people'),
    ('touchpoints', 'staging_raw_touchpoints', 'stg_touchpoints'),
    ('campaigns', 'staging_raw_campaigns', 'stg_campaigns'),
    ('opt_outs', 'staging_raw_opt_outs', 'stg_opt_outs'),
    ('dnc', 'staging_raw_dnc', 'stg_dnc_registry'),
] %}
-- depends_on: {{ ref('placeholder_values') }}, {{ ref('email_domain_typos') }}
-- depends_on: {{ ref('stg_imports') }}
with

rules as (

    select * from {{ ref('validation_rules') }}

),

import_rejects as (

    select * from {{ source('raw', 'import_rejects') }}
    where import_seq in ({{ (imports_in_scope('*') or [0]) | join(', ') }})

),

{% for feed, table, model in feeds %}
raw_{{ feed }} as (

    select * from {{ source('raw', table) }}
    where {{ record_range_filter(feed, 'record_id') }}

),

{{ feed }} as (

    select * from {{ ref(model) }}
    where {{ record_range_filter(feed, 'record_id') }}

),

{{ feed }}_checked as (

    select
        raw_{{ feed }}.*,
        {{ broken_rules(feed, 'raw_' ~ feed, feed) }} as broken_rules
    from raw_{{ feed }}
    inner join {{ feed }} on raw_{{ feed }}.record_id = {{ feed }}.record_id
    {{ at_once() }}

),

{{ feed }}_problems as (

    select
        {{ feed }}_checked.record_id,
        rules.rule_number,
        {{ rule_value(feed, feed ~ '_checked', 'rules') }} as field_value
    from {{ feed }}_checked
    inner join rules
        on
            rules.feed = '{{ feed }}'
            and find_in_set(rules.rule_number, {{ feed }}_checked.broken_rules) > 0
    where {{ feed }}_checked.broken_rules <> ''

),

{% endfor %}
problems as (

    {% for feed, table, model in feeds %}
    select * from {{ feed }}_problems
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

final as (

    select
        problems.record_id div 10000000000 as import_seq,
        problems.record_id,
        problems.record_id % 10000000000 as `row_number`,
        rules.rule_number as error_number,
        rules.severity,
        rules.error_type,
        rules.field_name,
        problems.field_value,
        rules.error_message
    from problems
    inner join rules on problems.rule_number = rules.rule_number
    union all
    select
        import_seq,
        cast(import_seq as unsigned) * 10000000000 + record_number as record_id,
        record_number as `row_number`,
        1000 + error_number as error_number,
        'error' as severity,
        'PARSE' as error_type,
        left(field_name, 64) as field_name,
        left(convert(convert(raw_line using latin1) using utf8mb4), 255) as field_value,
        left(error_message, 255) as error_message
    from import_rejects

)

select * from final
