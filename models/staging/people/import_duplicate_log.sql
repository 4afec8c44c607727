{#-
    People records whose first e-mail address stands in an earlier record of the same file. They are
    taken all the same: who is who is decided later, from all records.
    Grain: one row per repeating record.
-#}
{{ config(pre_hook="{{ remove_replaced('people') }}") }}
with

people as (

    select * from {{ ref('stg_people') }}
    where {{ record_range_filter('people', 'record_id') }}

),

rules as (

    select * from {{ ref('validation_rules') }}
    where feed = 'people' and error_type = 'DUPLICATE'

),

mails as (

    select
        import_seq,
        record_id,
        email_1,
        row_number() over (partition by import_seq, email_1 order by record_id) as place
    from people
    where email_1 is not null and rejection_reason is null

),

final as (

    select
        mails.import_seq,
        mails.record_id,
        mails.record_id % 10000000000 as `row_number`,
        rules.rule_number as error_number,
        rules.severity,
        rules.error_type,
        rules.field_name,
        left(mails.email_1, 255) as field_value,
        rules.error_message
    from mails
    inner join rules on true
    where mails.place > 1

)

select * from final
