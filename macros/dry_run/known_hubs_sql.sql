{#-
    The statement that brings the known hubs into a dry run: among the keys reached, or with
    `all_keys` among those of all people that are there by now. The others follow in the same way.

    Arguments: own, known (schema names by layer: of the dry run, and of the warehouse it is about),
    all_keys (bool).
-#}
{% macro known_hubs_sql(own, known, all_keys=false) -%}
    insert into {{ own.canonical }}.hub_keys
    select hub.*
    from (
        {%- if all_keys %}
        select distinct key_hash
        from ({{ match_keys(own.staging ~ '.stg_people') }}) as keys_of_people
        {%- else %}
        select key_hash from {{ own.canonical }}.dry_run_keys
        {%- endif %}
    ) as reached
    straight_join {{ known.canonical }}.hub_keys as hub force index (primary)
        on reached.key_hash = hub.key_hash
    left join {{ own.canonical }}.hub_keys as present on hub.key_hash = present.key_hash
    where present.key_hash is null
{%- endmacro %}
