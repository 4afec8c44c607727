{#-
    The statements that note the keys of all people a dry run has by now, and bring in which of them
    the warehouse knows as shared by several people.

    Arguments: own, known (schema names by layer: of the dry run, and of the warehouse it is about).
    Returns:   list of SQL statements.
-#}
{% macro known_shared_keys_sql(own, known) -%}
    {%- set keys -%}
        insert into {{ own.canonical }}.dry_run_keys
        select distinct keys_of_people.key_hash
        from ({{ match_keys(own.staging ~ '.stg_people') }}) as keys_of_people
        left join {{ own.canonical }}.dry_run_keys as present
            on keys_of_people.key_hash = present.key_hash
        where present.key_hash is null
    {%- endset -%}
    {%- set shared -%}
        insert into {{ own.canonical }}.shared_keys
        select shared.*
        from {{ own.canonical }}.dry_run_keys as reached
        straight_join {{ known.canonical }}.shared_keys as shared force index (primary)
            on reached.key_hash = shared.key_hash
        left join {{ own.canonical }}.shared_keys as present on shared.key_hash = present.key_hash
        where present.key_hash is null
    {%- endset -%}
    {{ return([keys, shared]) }}
{%- endmacro %}
