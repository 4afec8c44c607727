{#-
    People records that repeat a value of an earlier record of the same file, for the rules of the
    kind `duplicate`. They are taken all the same: who is who is decided later, from all records.
    Four bytes of a value tell nearly all that do not repeat; only the others are compared.
    Grain: one row per repeating record and rule.
-#}
{{ config(pre_hook="{{ remove_replaced('people') }}") }}
{%- set duplicate_rules = validation_rules_of('people')
    | selectattr('rule_kind', 'equalto', 'duplicate') | list -%}
with

people as (

    select * from {{ ref('stg_people') }}
    where {{ record_range_filter('people', 'record_id') }} and rejection_reason is null

),

rules as (

    select * from {{ ref('validation_rules') }}
    where feed = 'people' and rule_kind = 'duplicate'

),

{% for rule in duplicate_rules %}
digests_of_{{ rule.rule_number }} as (

    select
        import_seq,
        crc32({{ rule.field_name }}) as digest
    from people
    where
        {{ rule.field_name }} is not null and {{ of_source_type(rule.source_type, 'people') }}
    group by import_seq, crc32({{ rule.field_name }})
    having count(*) > 1

),

{% endfor %}
given as (

    {% for rule in duplicate_rules %}
    select
        people.import_seq,
        people.record_id,
        cast(people.{{ rule.field_name }} as char(255)) as field_value,
        {{ rule.rule_number }} as rule_number
    from people
    inner join digests_of_{{ rule.rule_number }} as digests
        on
            people.import_seq = digests.import_seq
            and crc32(people.{{ rule.field_name }}) = digests.digest
    where {{ of_source_type(rule.source_type, 'people') }}
    union all
    {% endfor %}
    select
        import_seq,
        record_id,
        null as field_value,
        0 as rule_number
    from people
    where 1 = 0

),

placed as (

    select
        given.*,
        row_number() over (
            partition by import_seq, rule_number, field_value collate utf8mb4_bin
            order by record_id
        ) as place
    from given

),

final as (

    select
        placed.import_seq,
        placed.record_id,
        placed.record_id % 10000000000 as `row_number`,
        rules.rule_number as error_number,
        rules.severity,
        rules.error_type,
        rules.field_name,
        placed.field_value,
        rules.error_message
    from placed
    inner join rules on placed.rule_number = rules.rule_number
    where placed.place > 1

)

select * from final
