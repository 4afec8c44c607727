{#-
    Imports that were the first to name a contact point of a person.
    Grain: one row per person and import.
-#}
{%- set contacts = ['email_1', 'email_2', 'phone_1', 'phone_2', 'phone_3', 'address'] -%}
with

records as (

    select * from {{ ref('int_records_compared') }}

),

mentions as (

    {% for contact in contacts %}
    select
        person_id,
        import_seq,
        concat('{{ contact[:1] }}|', {{ contact }}) as contact
    from records
    where {{ contact }} is not null
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

first_mentions as (

    select
        person_id,
        contact,
        min(import_seq) as import_seq
    from mentions
    group by person_id, contact

),

final as (

    select distinct
        person_id,
        import_seq
    from first_mentions

)

select * from final
