{#-
    Among some keys the names and ZIPs of namesakes: two carriers contradict each other, in
    suffix (also if one has none), birth date, middle initial, mailboxes (as keys, so without tags) or
    numbers. As a select.

    Arguments: keys (name of a CTE with key_hash and key_rank), match_keys, people (names of CTEs over
    record_match_keys and stg_people).
-#}
{% macro keys_of_namesakes(keys, match_keys, people) -%}
    {%- set single = ['name_suffix', 'birth_date', 'middle_initial'] -%}
    {%- set emails = ['email_1', 'email_2'] -%}
    {%- set phones = ['phone_1', 'phone_2', 'phone_3'] -%}
    {%- set carriers -%}
        select distinct
            {{ keys }}.key_hash
            {%- for column in emails %},
            {{ email_key(people ~ '.' ~ column) }} as {{ column }}
            {%- endfor %}
            {%- for column in single + phones %},
            {{ people }}.{{ column }}
            {%- endfor %}
        from {{ keys }}
        inner join {{ match_keys }} on {{ keys }}.key_hash = {{ match_keys }}.key_hash
        inner join {{ people }} on {{ match_keys }}.record_id = {{ people }}.record_id
        where {{ keys }}.key_rank = 3
    {%- endset -%}
    select distinct one.key_hash
    from ({{ carriers }}) as one
    inner join ({{ carriers }}) as other on one.key_hash = other.key_hash
    where
        not one.name_suffix <=> other.name_suffix
        or one.birth_date <> other.birth_date
        or one.middle_initial <> other.middle_initial
        or {{ contradicts('one', 'other', emails) }}
        or {{ contradicts('one', 'other', phones) }}
{%- endmacro %}
