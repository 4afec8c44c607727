{#-
    Addresses in columns, as CTEs of which the last is called addresses_apart: one whose city, state, ZIP and second line are blank is taken
    for a whole address in its first line and taken apart at its commas (or line breaks): street,
    unit, city, state and ZIP, country. What can't be told apart stays in street_1.

    Grain: one row per given row. Columns: the key, street_1, street_2, city, state, zip, country.
    Arguments: given (relation or CTE with these columns), key (column that names a row).
    Example:   '12 Oak St, Apt 4, Austin, TX 78701' -> '12 Oak St,Apt 4', 'Austin', 'TX', '78701'
-#}
{% macro addresses_apart(given, key) -%}
    {%- set codes = sql_list(seed_values('state_names', 'state_code') | unique | list) -%}
    {%- set is_state = '(' ~ standardize_state('words') ~ ') in (' ~ codes ~ ')' -%}
    {%- set is_second_state = '(' ~ standardize_state('second') ~ ') in (' ~ codes ~ ')' -%}
    {%- set is_place -%}
        {column} not regexp '[0-9]' and not {{ is_unit_alone('{column}') }}
    {%- endset -%}
    {{ address_line_parts(given, key) }},

    line_worded as (
        select
            line_parted.*,
            nullif(trim(left(tail, char_length(tail) - char_length(code_text))), '') as words,
            {{ is_place | replace('{column}', 'second') }} as is_second_place,
            {{ is_place | replace('{column}', 'third') }} as is_third_place
        from line_parted
        {{ at_once() }}
    ),

    line_stated as (
        select
            line_worded.*,
            case
                when {{ is_state }} then 'tail'
                when words like '% %' and upper(substring_index(words, ' ', -1)) in ({{ codes }})
                    then 'word'
                when words is null and upper(second) in ({{ codes }}) then 'second'
                when words is null and is_third_place and {{ is_second_state }} then 'second'
                else ''
            end as state_in
        from line_worded
        {{ at_once() }}
    ),

    line_citied as (
        select
            line_stated.*,
            case
                when state_in = 'second' then if(is_third_place, third, null)
                when state_in <> 'word' and (state_in = 'tail' or words is null)
                    then if(is_second_place, second, null)
            end as city_part
        from line_stated
        {{ at_once() }}
    ),
{{ address_columns(key) }}
{%- endmacro %}
