{#-
    Everything that is wrong or doubtful in the people records, all problems of a record and not the
    first only, and the records of every feed that the parser refused. Conditions are checked in one
    pass: each record gets the list of the rules it breaks, and the seed validation_rules says what
    they mean.
    Grain: one row per problem of a record.
-#}
{{ config(pre_hook="{{ remove_replaced('*') }}") }}
with

raw_people as (

    select * from {{ source('raw', 'staging_raw_import') }}
    where {{ record_range_filter('people', 'record_id') }}

),

people as (

    select * from {{ ref('stg_people') }}
    where {{ record_range_filter('people', 'record_id') }}

),

import_rejects as (

    select * from {{ source('raw', 'import_rejects') }}
    where import_seq in ({{ (imports_in_scope('*') or [0]) | join(', ') }})

),

rules as (

    select * from {{ ref('validation_rules') }}

),

checked as (

    select
        raw_people.*,
        {{ broken_rules() }} as broken_rules
    from raw_people
    inner join people on raw_people.record_id = people.record_id
    {{ at_once() }}

),

rule_problems as (

    select
        checked.import_seq,
        checked.record_id,
        checked.record_id % 10000000000 as record_number,
        rules.rule_number as error_number,
        rules.severity,
        rules.error_type,
        rules.field_name,
        left(case rules.field_name
            {%- for column in [
                'first_name', 'middle_name', 'last_name', 'full_name', 'name_prefix',
                'company_name', 'source_record_id', 'email_1', 'email_2', 'phone_1', 'phone_2',
                'phone_3', 'street_1', 'city', 'county', 'state', 'zip', 'country', 'birth_date',
                'source_date'
            ] %}
            when '{{ column }}' then checked.{{ column }}
            {%- endfor %}
        end, 255) as field_value,
        rules.error_message
    from checked
    inner join rules on find_in_set(rules.rule_number, checked.broken_rules) > 0
    where checked.broken_rules <> ''

),

parser_problems as (

    select
        import_seq,
        cast(import_seq as unsigned) * 10000000000 + record_number as record_id,
        record_number,
        1000 + error_number as error_number,
        'error' as severity,
        'PARSE' as error_type,
        left(field_name, 64) as field_name,
        left(convert(convert(raw_line using latin1) using utf8mb4), 255) as field_value,
        left(error_message, 255) as error_message
    from import_rejects

),

problems as (

    select * from rule_problems
    union all
    select * from parser_problems

),

final as (

    select
        import_seq,
        record_id,
        record_number as `row_number`,
        error_number,
        severity,
        error_type,
        field_name,
        field_value,
        error_message
    from problems

)

select * from final
