{#-
    The numbers of the rules (seed validation_rules) that a people record breaks, as a comma list;
    '' for a sound record. One expression, so that each record is checked in one pass.

    Expects the aliases raw_people (staging_raw_import) and people (stg_people).
    Example: broken_rules() -> '11,43'
-#}
{% macro broken_rules() -%}
    {%- set given_columns = [
        (11, 'email_1'), (12, 'email_2'), (21, 'phone_1'), (22, 'phone_2'), (23, 'phone_3'),
        (31, 'zip'), (32, 'country'), (41, 'birth_date'), (42, 'source_date')
    ] -%}
    {%- set date_columns = [(43, 'birth_date'), (44, 'source_date')] -%}
    {%- set name_columns = [(61, 'first_name'), (62, 'last_name')] -%}
    {%- set sized_columns = [
        (71, 'first_name', 100), (72, 'last_name', 100), (73, 'middle_name', 100),
        (74, 'company_name', 255), (76, 'city', 100), (77, 'source_record_id', 255),
        (79, 'county', 100), (80, 'state', 50), (81, 'name_prefix', 32), (82, 'zip', 16)
    ] -%}
    concat_ws(
        ',',
        {{ broken_rule(1, 'people.rejection_reason is not null') }},
        {%- for number, column in given_columns %}
        {{ broken_rule(
            number, 'people.' ~ column ~ ' is null and not ' ~ is_blank('raw_people.' ~ column)
        ) }},
        {%- endfor %}
        {%- for number, column in date_columns %}
        {{ broken_rule(number, 'raw_people.' ~ column ~ " regexp '" ~ ambiguous_date_pattern() ~ "'") }},
        {%- endfor %}
        {{ broken_rule(45, "people.birth_date < '1900-01-01'") }},
        {{ broken_rule(
            51,
            "substring_index(people.email_1, '@', -1) in ("
            ~ sql_list(seed_values('email_domain_typos', 'domain')) ~ ')'
        ) }},
        {%- for number, column in name_columns %}
        {{ broken_rule(
            number,
            'people.' ~ column ~ ' is null and people.company_name is null and not '
            ~ is_blank('raw_people.' ~ column)
        ) }},
        {%- endfor %}
        {{ broken_rule(
            63, "raw_people.full_name regexp '(?i) (?:&|and) ' and people.last_name is not null"
        ) }},
        {{ broken_rule(64, "char_length(regexp_replace(raw_people.phone_1, '[^0-9]', '')) >= 20") }},
        {%- for number, column, size in sized_columns %}
        {{ broken_rule(number, 'char_length(' ~ clean_text('raw_people.' ~ column) ~ ') > ' ~ size) }},
        {%- endfor %}
        {{ broken_rule(75, 'char_length(people.street) >= 254') }},
        {{ broken_rule(
            78,
            'char_length(raw_people.full_name) > 100 and greatest('
            ~ "char_length(coalesce(people.first_name, '')), "
            ~ "char_length(coalesce(people.middle_name, '')), "
            ~ "char_length(coalesce(people.last_name, ''))) >= 99"
        ) }}
    )
{%- endmacro %}
