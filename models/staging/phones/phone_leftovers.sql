{#-
    Telephone fields that the rules in SQL can't read: what `lode run` gives a resolver before the
    models run. A view, so that it speaks of records that were loaded a moment ago. Asked for a range
    of records, it reads that range.
    Grain: one row per record and field that holds no number the rules see.
-#}
{%- set country = default_country(
    standardize_country(blank_to_null('people.country')),
    standardize_state(blank_to_null('people.state')),
    blank_to_null('people.zip')
) -%}
with

people as (

    select * from {{ source('raw', 'staging_raw_import') }}

),

{% for feed in ['touchpoints', 'opt_outs', 'dnc'] %}
{{ feed }} as (

    select * from {{ source('raw', 'staging_raw_' ~ feed) }}

),

{% endfor %}
final as (

    {% for slot in [1, 2, 3] %}
    select
        people.record_id,
        {{ slot }} as slot,
        trim(people.phone_{{ slot }}) as phone_text,
        coalesce({{ country }}, '') as country
    from people
    where
        people.phone_{{ slot }} is not null
        and char_length(people.phone_{{ slot }}) <= 64
        and not {{ is_blank('people.phone_' ~ slot) }}
        and {{ standardize_phone('people.phone_' ~ slot, country) }} is null
    union all
    {% endfor %}
    {% for feed in ['touchpoints', 'opt_outs', 'dnc'] %}
    select
        {{ feed }}.record_id,
        1 as slot,
        trim({{ feed }}.phone) as phone_text,
        '' as country
    from {{ feed }}
    where
        {{ feed }}.phone is not null
        and char_length({{ feed }}.phone) <= 64
        and not {{ is_blank(feed ~ '.phone') }}
        and {{ standardize_phone(feed ~ '.phone') }} is null
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
