{#-
    The last steps of standardized_addresses: the words of the streets are looked up and put together
    in the postal spelling.

    Arguments: key (column that names a row).
-#}
{% macro spelled_addresses(key) %}
    address_worded as (
        select
            address_numbered.*,
            {{ street_words('street_base', "nullif(house_number, '')", 'has_street_words') }}
        from address_numbered
        {{ at_once() }}
    ),

    address_looked_up as (
        select
            address_worded.*,
            {{ street_word_look_ups('address_worded') }}
        from address_worded
        {{ street_word_joins('address_worded') }}
        {{ at_once() }}
    ),

    address_shaped as (
        select
            address_looked_up.*,
            {{ street_word_roles() }}
        from address_looked_up
    ),

    address_named as (
        select
            address_shaped.*,
            {{ street_name_alone() }} as bare_street_name
        from address_shaped
    ),

    standard_addresses as (
        select
            {{ key }},
            {{ street_standard() }} as street,
            {{ cut_to(street_unit_standard("nullif(unit_text, '')", 'unit_word', 'unit_abbreviation'), 64) }}
                as unit,
            {{ cut_to(place_name('city_text'), 100) }} as city,
            {{ cut_to('state_text', 50) }} as state,
            left({{ standardize_zip('zip_text', 'country') }}, 16) as zip,
            country
        from address_named
    )
{%- endmacro %}
