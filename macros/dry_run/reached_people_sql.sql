{#-
    The statements that copy_reached_people runs, in order. Each starts from a short list and looks
    the rest up by key, so that their cost follows the batch.

    Arguments: own, known (schema names by layer: of the dry run, and of the warehouse it is about).
    Returns:   list of SQL statements.
-#}
{% macro reached_people_sql(own, known) -%}
    {%- set keys -%}
        create table {{ own.canonical }}.dry_run_keys (
            key_hash bigint unsigned not null, primary key (key_hash)
        )
        select distinct key_hash
        from ({{ match_keys(own.staging ~ '.stg_people') }}) as keys_of_people
        union distinct
        select key_hash from {{ own.staging }}.replaced_match_keys
    {%- endset -%}
    {%- set persons -%}
        create table {{ own.canonical }}.dry_run_persons (
            person_id bigint unsigned not null, primary key (person_id)
        )
        select distinct mapped.person_id
        from {{ own.canonical }}.dry_run_keys as reached
        left join {{ own.canonical }}.hub_keys as hub on reached.key_hash = hub.key_hash
        left join {{ own.staging }}.replaced_match_keys as replaced
            on reached.key_hash = replaced.key_hash
        left join {{ own.staging }}.import_batch as batch on hub.found_in_import = batch.import_seq
        straight_join {{ known.canonical }}.record_match_keys as carried force index (primary)
            on reached.key_hash = carried.key_hash
        straight_join {{ known.canonical }}.person_records as mapped force index (primary)
            on carried.record_id = mapped.record_id
        where
            hub.key_hash is null
            or replaced.key_hash is not null
            or batch.import_seq is not null
        union distinct
        select person_id from {{ own.staging }}.replaced_records
    {%- endset -%}
    {%- set records -%}
        insert into {{ own.canonical }}.person_records
        select mapped.*
        from {{ own.canonical }}.dry_run_persons as reached
        straight_join {{ known.canonical }}.person_records as mapped
            on reached.person_id = mapped.person_id
        left join {{ own.canonical }}.person_records as present
            on mapped.record_id = present.record_id
        where present.record_id is null
    {%- endset -%}
    {%- set people -%}
        insert into {{ own.staging }}.stg_people
        select people.*
        from {{ own.canonical }}.person_records as mapped
        straight_join {{ known.staging }}.stg_people as people force index (primary)
            on mapped.record_id = people.record_id
        left join {{ own.staging }}.import_batch as batch on people.import_seq = batch.import_seq
        left join {{ own.staging }}.stg_people as present on mapped.record_id = present.record_id
        where batch.import_seq is null and present.record_id is null
    {%- endset -%}
    {{ return([
        keys, known_hubs_sql(own, known), persons, records, people, known_hubs_sql(own, known, true)
    ]) }}
{%- endmacro %}
