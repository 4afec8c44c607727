{#-
    Among some keys the mailboxes and numbers that a household shares: two carriers' first names can't
    be one person's (macro first_names_compatible). Carriers without a first name say nothing, and
    more people than make a hub are not looked at. As a select.

    Arguments: keys (name of a CTE with key_hash, key_rank and people_count), match_keys, people, nickname_pairs (names of CTEs
    over record_match_keys, stg_people and nickname_pairs).
-#}
{% macro keys_of_households(keys, match_keys, people, nickname_pairs) -%}
    {%- set first_names -%}
        select distinct
            {{ keys }}.key_hash,
            {{ people }}.first_name_key,
            {{ people }}.last_name_key
        from {{ keys }}
        inner join {{ match_keys }} on {{ keys }}.key_hash = {{ match_keys }}.key_hash
        inner join {{ people }} on {{ match_keys }}.record_id = {{ people }}.record_id
        where
            {{ keys }}.key_rank < 3
            and {{ keys }}.people_count between 2 and {{ var('hub_key_cap', 12) }}
            and {{ people }}.first_name_key is not null
    {%- endset -%}
    select distinct one.key_hash
    from ({{ first_names }}) as one
    inner join ({{ first_names }}) as other
        on one.key_hash = other.key_hash and one.first_name_key < other.first_name_key
    left join {{ nickname_pairs }} as nickname
        on
            one.first_name_key = nickname.first_name_key
            and other.first_name_key = nickname.other_first_name_key
    where not {{ first_names_compatible('one', 'other', 'nickname') }}
{%- endmacro %}
