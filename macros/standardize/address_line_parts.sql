{#-
    The first steps of addresses_apart as CTEs, of which the last is called line_parted: what stands
    between the commas of an address in one line, from its end.

    Columns of line_parted: the given ones, line (null for an address in columns), country_text, place
    (the line without it), comma_count (of place), tail, second, third (its last parts; null where
    the street begins), code_text (the postal code of the tail, with the space before it).
    Arguments: given (relation or CTE), key (column that names a row).
-#}
{% macro address_line_parts(given, key) -%}
    {%- set is_in_columns -%}
        not ({{ is_blank('given.city') }} and {{ is_blank('given.state') }}
            and {{ is_blank('given.zip') }} and {{ is_blank('given.street_2') }})
    {%- endset -%}
    line_cleaned as (
        select
            given.*,
            regexp_replace(given.street_1, '[\r\n;]+', ',') as whole,
            {{ is_in_columns }} as is_in_columns
        from {{ given }} as given
        {{ at_once() }}
    ),

    line_lined as (
        select
            line_cleaned.*,
            case
                when not is_in_columns
                    then trim(both ',' from regexp_replace(
                        regexp_replace({{ clean_text('whole') }}, ' *, *', ','), ',+', ','
                    ))
            end as line
        from line_cleaned
        {{ at_once() }}
    ),

    line_ended as (
        select
            line_lined.*,
            case
                when
                    line like '%,%,%'
                    and substring_index(line, ',', -1) not regexp '[0-9]'
                    and substring_index(substring_index(line, ',', -2), ',', 1)
                        regexp '{{ postal_code_pattern() }}'
                    and {{ standardize_country("substring_index(line, ',', -1)") }} is not null
                    then substring_index(line, ',', -1)
            end as country_text
        from line_lined
        {{ at_once() }}
    ),
{{ address_line_ends() }}
{%- endmacro %}
