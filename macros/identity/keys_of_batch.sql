{#-
    The keys to be looked at again in this run: those of the batch that join somebody as far as is
    known (more carriers change nothing about the others), and those that records lost. As a select.

    Arguments: people (name of a CTE over the records of the batch in stg_people), known (name of a
    CTE over shared_keys as the last run left it), replaced_match_keys (name of a CTE).
-#}
{% macro keys_of_batch(people, known, replaced_match_keys) -%}
    select keys_of_people.key_hash
    from ({{ match_keys(people) }}) as keys_of_people
    left join {{ known }} on keys_of_people.key_hash = {{ known }}.key_hash
    where {{ joins_somebody(known) }}
    union distinct
    select key_hash from {{ replaced_match_keys }}
{%- endmacro %}
