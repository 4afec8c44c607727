{#-
    People as files tell them, typed and in standard spelling, each record for itself: who is who is
    decided later. Rules, sources and known limits: docs/standardization.md.
    Grain: one row per people record of a visible import, rejected records included.

    Names and streets are taken apart in four steps, each computed once (at_once) and narrow;
    everything that takes one step is read from the raw record again in the last.
-#}
{{ config(pre_hook="{{ remove_replaced('people') }}") }}
-- depends_on: {{ ref('replaced_match_keys') }}, {{ ref('replaced_records') }}
with

raw_people as (

    select * from {{ source('raw', 'staging_raw_import') }}
    where {{ record_range_filter('people', 'record_id') }}

),

cleaned as (

    select
        record_id,
        {{ full_name_text('full_name') }} as full_text,
        {{ blank_to_null('name_prefix') }} as prefix_text,
        {{ blank_to_null('first_name') }} as first_text,
        {{ blank_to_null('middle_name') }} as middle_text,
        {{ blank_to_null('last_name') }} as last_text,
        {{ blank_to_null('name_suffix') }} as suffix_text,
        {{ street_phrases(street_line('street_1', 'street_2')) }} as street_line,
        {{ standardize_state(blank_to_null('state')) }} as state_text,
        {{ blank_to_null('zip') }} as zip_text,
        {{ standardize_country(blank_to_null('country')) }} as country_code
    from raw_people
    {{ at_once() }}

),

taken_apart as (

    select
        record_id,
        prefix_text,
        first_text,
        middle_text,
        last_text,
        suffix_text,
        {{ whole_name('full_text', 'first_text', 'last_text') }} as whole_name,
        {{ name_body(whole_name('full_text', 'first_text', 'last_text')) }} as name_body,
        case
            when {{ is_organization('first_text', 'last_text', 'full_text') }}
                then coalesce(full_text, concat_ws(' ', first_text, last_text))
        end as organization_name,
        street_line,
        {{ street_unit('street_line') }} as unit_text,
        state_text,
        zip_text,
        {{ default_country('country_code', 'state_text', 'zip_text') }} as country
    from cleaned
    {{ at_once() }}

),

given_names as (

    select
        taken_apart.*,
        raw_people.email_1,
        raw_people.email_2,
        raw_people.phone_1,
        raw_people.phone_2,
        raw_people.phone_3,
        raw_people.birth_date,
        {{ street_without_unit('taken_apart.street_line', 'taken_apart.unit_text') }}
            as street_base,
        case
            when taken_apart.organization_name is not null then null
            when taken_apart.name_body is null
                then {{ first_of_two('taken_apart.first_text') }}
            else {{ name_part('given', 'taken_apart.name_body', 'taken_apart.whole_name') }}
        end as given_name,
        case
            when taken_apart.organization_name is not null then null
            when taken_apart.name_body is null
                then {{ strip_name_affixes('taken_apart.last_text') }}
            else {{ name_part('family', 'taken_apart.name_body', 'taken_apart.whole_name') }}
        end as family_name,
        case
            when
                taken_apart.whole_name <> taken_apart.name_body
                or coalesce(taken_apart.prefix_text, taken_apart.suffix_text) is not null
                or taken_apart.first_text like '% %'
                or taken_apart.last_text like '% %'
                then {{ spoken_name(
                    'taken_apart.prefix_text', 'taken_apart.whole_name',
                    'taken_apart.first_text', 'taken_apart.middle_text',
                    'taken_apart.last_text', 'taken_apart.suffix_text'
                ) }}
        end as spoken_name
    from taken_apart
    inner join raw_people on taken_apart.record_id = raw_people.record_id

),

worded as (

    select
        record_id,
        coalesce({{ name_prefix('spoken_name') }}, prefix_text) as name_prefix,
        {{ name_text(first_name('given_name', 'name_body')) }} as first_name,
        {{ name_text(middle_name('given_name', 'name_body', 'middle_text')) }} as middle_name,
        {{ name_text('family_name') }} as last_name,
        {{ name_suffix('spoken_name') }} as name_suffix,
        organization_name,
        nullif(unit_text, '') as unit_text,
        regexp_substr(unit_text, '[A-Z]{2,}') as unit_word,
        street_base,
        {{ house_number('street_base') }} as house_number,
        {{ has_street_words('street_base', 'country') }} as has_street_words,
        {{ standardize_email('email_1') }} as email_1,
        {{ standardize_email('email_2') }} as email_2,
        {%- for slot in [1, 2, 3] %}
        {{ settled_phone('phone_' ~ slot, 'country') }} as phone_found_{{ slot }},
        {%- endfor %}
        {{ parse_date('trim(birth_date)', 20) }} as birth_date,
        state_text,
        {{ standardize_zip('zip_text', 'country') }} as zip,
        {{ zip_plus4('zip_text', 'country') }} as zip_plus4,
        country
    from given_names
    {{ at_once() }}

),

street_parts as (

    select
        worded.*,
        {{ street_words('street_base', "nullif(house_number, '')", 'has_street_words') }}
    from worded

),

looked_up as (

    select
        parts.*,
        {%- for slot in [1, 2, 3] %}
        {{ without_placeholders('parts.phone_found_' ~ slot) }} as phone_{{ slot }},
        {%- endfor %}
        left({{ name_key('parts.first_name') }}, 100) as first_name_key,
        left({{ name_key('parts.last_name') }}, 100) as last_name_key,
        {{ street_word_look_ups('parts') }}
    from street_parts as parts
    {{ street_word_joins('parts') }}
    {{ at_once() }}

),

street_forms as (

    select
        looked_up.*,
        {{ street_word_roles() }}
    from looked_up

),

shaped as (

    select
        street_forms.*,
        {{ street_name_alone() }} as bare_street_name
    from street_forms

),

final as (

    select
        raw_people.record_id,
        raw_people.import_seq,
        {{ cut_to(blank_to_null('raw_people.source_record_id'), 255) }} as source_record_id,

        -- names
        {{ cut_to('shaped.name_prefix', 32) }} as name_prefix,
        {{ cut_to(proper_case('shaped.first_name'), 100, 'shaped.first_name') }} as first_name,
        {{ cut_to(proper_case('shaped.middle_name'), 100, 'shaped.middle_name') }} as middle_name,
        {{ cut_to(proper_case('shaped.last_name'), 100, 'shaped.last_name') }} as last_name,
        shaped.name_suffix,
        {{ cut_to(
            'coalesce(' ~ blank_to_null('raw_people.company_name') ~ ', shaped.organization_name)', 255
        ) }} as company_name,
        shaped.first_name_key,
        shaped.last_name_key,
        left({{ name_key('shaped.middle_name') }}, 1) as middle_initial,
        concat(shaped.first_name_key, '|', shaped.last_name_key, '|', left(shaped.zip, 16))
            as name_zip_key,

        -- contact points
        shaped.email_1,
        shaped.email_2,
        {%- for slot in [1, 2, 3] %}
        shaped.phone_{{ slot }},
        {{ cut_to('trim(raw_people.phone_' ~ slot ~ ')', 64, 'raw_people.phone_' ~ slot) }}
            as phone_{{ slot }}_raw,
        if(
            shaped.phone_{{ slot }} is null,
            null,
            {{ phone_type('raw_people.phone_' ~ slot ~ '_type') }}
        ) as phone_{{ slot }}_type,
        {%- endfor %}

        -- address
        {{ street_standard() }} as street,
        {{ cut_to(street_unit_standard('unit_text', 'unit_word', 'unit_abbreviation'), 64) }}
            as unit,
        {{ cut_to(place_name('raw_people.city'), 100) }} as city,
        {{ cut_to('state_text', 50) }} as state,
        left(shaped.zip, 16) as zip,
        shaped.zip_plus4,
        {{ cut_to(place_name('raw_people.county'), 100) }} as county,
        shaped.country,
        nullif({{ cut_to("concat_ws(' ', nullif(house_number, ''), bare_street_name)", 255) }}, '')
            as street_key,

        -- dates, flags, judgement
        shaped.birth_date,
        {{ parse_datetime('trim(raw_people.source_date)') }} as source_date,
        {{ is_true_word('trim(raw_people.email_verified)') }} as is_email_verified,
        {{ is_true_word('trim(raw_people.phone_verified)') }} as is_phone_verified,
        {{ completeness([
            'shaped.first_name', 'shaped.middle_name', 'shaped.last_name', 'shaped.name_suffix',
            'shaped.email_1', 'shaped.email_2', 'shaped.phone_1', 'shaped.phone_2',
            'shaped.phone_3', 'street_name', 'unit_text', 'state_text', 'shaped.zip',
            'shaped.birth_date'
        ]) }}
        + (shaped.organization_name is not null or not {{ is_blank('raw_people.company_name') }})
        + 1 - {{ is_blank('raw_people.city') }}
        + 1 - {{ is_blank('raw_people.county') }} as completeness,
        case
            when
                coalesce(
                    shaped.first_name, shaped.last_name, shaped.email_1, shaped.email_2,
                    shaped.phone_1, shaped.phone_2, shaped.phone_3, shaped.organization_name
                ) is null
                and {{ is_blank('raw_people.company_name') }}
                -- Who was born on a day and lives in a house is somebody.
                and (shaped.birth_date is null or shaped.bare_street_name is null)
                then 'NO_IDENTITY'
            else {{ refused_by_rule('people', 'raw_people') }}
        end as rejection_reason
    from shaped
    inner join raw_people on shaped.record_id = raw_people.record_id

)

select * from final
