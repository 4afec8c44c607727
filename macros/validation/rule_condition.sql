{#-
    The SQL condition under which a record breaks a rule of the seed validation_rules.

    Arguments: rule (dict of the seed's columns), raw (alias of the feed's raw table), standard
    (alias of its staging model; rules of the kinds required, format, min_length and max_length do
    without). Example: rule_condition(rule, 'raw_people', 'people')
-#}
{% macro rule_condition(rule, raw, standard=none) -%}
    {%- set kind = rule.rule_kind -%}
    {%- set given = raw ~ '.' ~ rule.field_name -%}
    {%- set value = standard ~ '.' ~ {'phone': 'phone_e164'}.get(rule.field_name, rule.field_name) -%}
    {{- of_source_type(rule.source_type, raw) }} and (
    {%- if kind == 'required' -%}
        {%- for field in rule.field_name.split('|') -%}
            {{ is_blank(raw ~ '.' ~ field) }} = 1{% if not loop.last %} and {% endif %}
        {%- endfor -%}
    {%- elif kind == 'format' -%}
        {{ is_blank(given) }} = 0 and trim({{ given }}) not regexp {{ sql_list([rule.parameter]) }}
    {%- elif kind in ['min_length', 'max_length'] -%}
        {#- Cleaning makes no text longer. -#}
        {%- if kind == 'max_length' %}char_length({{ given }}) > {{ rule.parameter }} and {% endif -%}
        char_length({{ clean_text(given) }}) {{ '<' if kind == 'min_length' else '>' }} {{ rule.parameter }}
    {%- elif kind == 'rejected' -%}
        {{ standard }}.rejection_reason = {{ sql_list([rule.parameter]) }}
    {%- elif kind == 'unusable' -%}
        {{ value }} is null and not {{ is_blank(given) }}
    {%- elif kind == 'unread' -%}
        {{ value }} is not null and find_in_set('{{ rule.field_name }}', {{ standard }}.unread_fields) > 0
    {%- elif kind == 'placeholder' -%}
        {{ value }} is null and {{ standard }}.company_name is null and not {{ is_blank(given) }}
    {%- elif kind == 'before_date' -%}
        {{ value }} < {{ sql_list([rule.parameter]) }}
    {%- elif kind == 'yet_to_come' -%}
        {{ is_yet_to_come(value, '(select imports.uploaded_at from ' ~ ref('stg_imports')
            ~ ' as imports where imports.import_seq = ' ~ raw ~ '.import_seq)') }}
    {%- elif kind == 'ambiguous_date' -%}
        {{ given }} regexp '{{ ambiguous_date_pattern() }}'
    {%- elif kind == 'domain_typo' -%}
        substring_index({{ value }}, '@', -1)
        in ({{ sql_list(seed_values('email_domain_typos', 'domain')) }})
    {%- elif kind == 'two_persons' -%}
        {{ given }} regexp '(?i) (?:&|and) ' and {{ standard }}.last_name is not null
    {%- elif kind == 'several_numbers' -%}
        char_length({{ given }}) >= 20
        and char_length(regexp_replace({{ given }}, '[^0-9]', '')) >= 20
    {%- elif kind == 'several_addresses' -%}
        {{ given }} like '%@%@%' and {{ value }} is not null
    {%- elif kind == 'several_streets' -%}
        char_length({{ given }}) >= 15 and {{ given }} regexp '{{ second_street_pattern() }}'
    {%- elif kind == 'long_street' -%}
        char_length({{ standard }}.street) >= 254
    {%- elif kind == 'long_name_part' -%}
        char_length({{ given }}) > 100 and greatest(
            char_length(coalesce({{ standard }}.first_name, '')),
            char_length(coalesce({{ standard }}.middle_name, '')),
            char_length(coalesce({{ standard }}.last_name, ''))
        ) >= 99
    {%- endif -%}
    )
{%- endmacro %}
