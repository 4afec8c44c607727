{#-
    Addresses as they were written, in the one spelling of the addresses of people, as CTEs (no engine
    reads an outer one everywhere in a nested `with`) of which the last is called standard_addresses:
    the steps of stg_people for an address alone.

    Grain: one row per given row. Columns: the key, street, unit, city, state, zip, country.
    Arguments: given (relation or CTE with street_1, street_2, city, state, zip and country
               as they were written), key (its column that names a row).
-#}
{% macro standardized_addresses(given, key) -%}
    address_cleaned as (
        select
            given.{{ key }},
            {{ street_phrases(street_line('given.street_1', 'given.street_2')) }} as street_line,
            given.city as city_text,
            {{ standardize_state(blank_to_null('given.state')) }} as state_text,
            {{ blank_to_null('given.zip') }} as zip_text,
            {{ standardize_country(blank_to_null('given.country')) }} as country_code
        from {{ given }} as given
        {{ at_once() }}
    ),

    address_taken_apart as (
        select
            address_cleaned.*,
            {{ street_unit('street_line') }} as unit_text,
            {{ default_country('country_code', 'state_text', 'zip_text') }} as country
        from address_cleaned
        {{ at_once() }}
    ),

    address_based as (
        select
            address_taken_apart.*,
            regexp_substr(unit_text, '[A-Z]{2,}') as unit_word,
            {{ street_without_unit('street_line', 'unit_text') }} as street_base
        from address_taken_apart
        {{ at_once() }}
    ),

    address_numbered as (
        select
            address_based.*,
            {{ house_number('street_base') }} as house_number,
            {{ has_street_words('street_base', 'country') }} as has_street_words
        from address_based
        {{ at_once() }}
    ),
{{ spelled_addresses(key) }}
{%- endmacro %}
