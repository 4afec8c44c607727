{#-
    What an import of this batch meant for a person: inserted (nobody before), updated (a surviving
    value changed or a contact point is new) or unchanged. Worked out from the records alone, by
    comparing what survives up to this import with what survived before it. A person whom one
    import alone mentions is new by that.
    Grain: one row per person and import of the batch.
-#}
{%- set fields = [
    'first_name', 'middle_name', 'last_name', 'name_suffix', 'company_name', 'birth_date',
] -%}
with

touched as (

    select * from {{ ref('int_persons_touched') }}

),

records as (

    select * from {{ ref('int_records_compared') }}

),

new_contacts as (

    select * from {{ ref('int_new_contacts') }}

),

per_import as (

    select
        person_id,
        import_seq,
        {% for field in fields %}
        max(case when {{ field }} is not null then concat(survivorship_key, {{ field }}) end)
            as {{ field }},
        {% endfor %}
        count(*) as record_count
    from records
    group by person_id, import_seq

),

up_to_import as (

    select
        person_id,
        import_seq,
        record_count,
        {% for field in fields %}
        substr(max({{ field }}) over (
            partition by person_id order by import_seq rows unbounded preceding
        ), 44) as {{ field }},
        substr(max({{ field }}) over (
            partition by person_id
            order by import_seq rows between unbounded preceding and 1 preceding
        ), 44) as {{ field }}_before,
        {% endfor %}
        row_number() over (partition by person_id order by import_seq) as import_number
    from per_import

),

final as (

    select
        person_id,
        first_import_seq as import_seq,
        record_count,
        'inserted' as outcome
    from touched
    where
        first_import_seq = last_import_seq
        and {{ batch_range_filter('first_import_seq * 10000000000', 'people') }}
    union all
    select
        up_to_import.person_id,
        up_to_import.import_seq,
        up_to_import.record_count,
        case
            when up_to_import.import_number = 1 then 'inserted'
            when
                new_contacts.person_id is not null
                {% for field in fields %}
                or not {{ field }} <=> {{ field }}_before
                {% endfor %}
                then 'updated'
            else 'unchanged'
        end as outcome
    from up_to_import
    left join new_contacts
        on
            up_to_import.person_id = new_contacts.person_id
            and up_to_import.import_seq = new_contacts.import_seq
    where {{ batch_range_filter('up_to_import.import_seq * 10000000000', 'people') }}

)

select * from final
