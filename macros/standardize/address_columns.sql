{#-
    The end of addresses_apart: its columns, of the CTE that has found state and city.

    Arguments: key (column that names a row).
-#}
{% macro address_columns(key) %}
    addresses_apart as (
        select
            {{ key }},
            case
                when tail is null then coalesce(place, street_1)
                -- A town and its state, and no street.
                when
                    comma_count = 1 and (words is null or state_in = 'tail')
                    and place not regexp '^[^,]*[0-9]'
                    then null
                else substring_index(
                    place, ',', comma_count - (state_in = 'second') - (city_part is not null)
                )
            end as street_1,
            street_2,
            case
                when is_in_columns then city
                when city_part is not null then city_part
                when state_in = 'word' then trim(left(words, char_length(words) - 2))
                when state_in = '' then words
            end as city,
            case
                when is_in_columns then state
                when state_in = 'tail' then words
                when state_in = 'word' then right(words, 2)
                when state_in = 'second' then second
            end as state,
            case when is_in_columns then zip else nullif(trim(code_text), '') end as zip,
            coalesce(country_text, country) as country
        from line_citied
    )
{%- endmacro %}
