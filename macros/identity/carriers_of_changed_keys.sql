{#-
    The records that carry a key which several people have come to share in this run, or share no
    more. Replaced records may have been what made a key a shared one, so that each of their keys
    counts unless it is one still. As a select.

    The imports of the batch are written out, so that the optimizer asks the index how many keys they
    have; of a join it would guess the average, and scan the table.

    Arguments: shared_keys, replaced_match_keys, match_keys (names of CTEs over these tables).
-#}
{% macro carriers_of_changed_keys(shared_keys, replaced_match_keys, match_keys) -%}
    {%- set batch = ref('import_batch') -%}
    {%- set imports = [0] -%}
    {%- if execute -%}
        {%- set query -%} select import_seq from {{ batch }} order by import_seq {%- endset -%}
        {%- do imports.extend(run_query(query).columns[0].values() | map('int')) -%}
    {%- endif -%}
    select distinct {{ match_keys }}.record_id
    from (
        select key_hash
        from {{ shared_keys }}
        where found_in_import in ({{ imports | join(', ') }})
        union distinct
        select {{ replaced_match_keys }}.key_hash
        from {{ replaced_match_keys }}
        left join {{ shared_keys }} on {{ replaced_match_keys }}.key_hash = {{ shared_keys }}.key_hash
        where {{ shared_keys }}.key_hash is null
    ) as changed_keys
    inner join {{ match_keys }} on changed_keys.key_hash = {{ match_keys }}.key_hash
{%- endmacro %}
