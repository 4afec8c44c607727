{#-
    The CTEs of address_line_parts behind the one that found the country.
-#}
{% macro address_line_ends() %}
    line_placed as (
        select
            line_ended.*,
            left(
                line, char_length(line) - coalesce(char_length(country_text) + 1, 0)
            ) as place
        from line_ended
        {{ at_once() }}
    ),

    line_divided as (
        select
            line_placed.*,
            char_length(place) - char_length(replace(place, ',', '')) as comma_count,
            case
                when
                    place like '%,%'
                    and not {{ is_unit_alone("substring_index(place, ',', -1)") }}
                    then substring_index(place, ',', -1)
            end as tail,
            case
                when place like '%,%,%'
                    then substring_index(substring_index(place, ',', -2), ',', 1)
            end as second,
            case
                when place like '%,%,%,%'
                    then substring_index(substring_index(place, ',', -3), ',', 1)
            end as third
        from line_placed
        {{ at_once() }}
    ),

    line_parted as (
        select
            line_divided.*,
            coalesce(regexp_substr(tail, '{{ postal_code_pattern() }}'), '') as code_text
        from line_divided
        {{ at_once() }}
    )
{%- endmacro %}
