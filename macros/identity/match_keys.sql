{#-
    The match keys of standardized people, one row per record and key, as a select.
    A key that a record has in two columns comes once.

    Ranks: 1 e-mail (email_key), 2 phone (E.164), 3 first + last + ZIP; the rank is also the order
    in which a match is named. A record with name and ZIP has a second key of rank 3, for all that it says
    (copy_text): the same record come again is the same person, also where namesakes share the name. identity_hash tells the different people who carry a key apart, to
    find hubs.

    Arguments: relation (name of a CTE with the columns of stg_people).
    Example:   select * from ({{ match_keys('people') }}) as match_keys
-#}
{% macro match_keys(relation) -%}
    {%- set keys = [
        (1, 'e', 'email_1', []), (1, 'e', 'email_2', ['email_1']),
        (2, 'p', 'phone_1', []), (2, 'p', 'phone_2', ['phone_1']),
        (2, 'p', 'phone_3', ['phone_1', 'phone_2']),
        (3, 'n', 'name_zip_key', []), (3, 'c', 'name_zip_key', []),
    ] -%}
    {%- for rank, kind, column, earlier in keys %}
    {%- set value = {'e': email_key(column), 'c': copy_text()}.get(kind, column) %}
    select
        {{ match_key_hash(kind, value) }} as key_hash,
        record_id,
        {{ rank }} as key_rank,
        {{ match_key_hash('i', identity_text()) }} as identity_hash
    from {{ relation }}
    where
        {{ column }} is not null
        and rejection_reason is null
        {%- for other in earlier %}
        and not {{ value }} <=> {{ email_key(other) if kind == 'e' else other }}
        {%- endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
