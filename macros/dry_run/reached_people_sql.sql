{#-
    The statements that copy_reached_people runs, in order. Each starts from a short list and looks
    the rest up by key, so that their cost follows the batch. People are reached twice: by the keys of
    the batch, and by the other keys of these, as a mailbox that comes to be a household's changes
    with whom each of its carriers may be one.

    Arguments: own, known (schema names by layer: of the dry run, and of the warehouse it is about).
    Returns:   list of SQL statements.
-#}
{% macro reached_people_sql(own, known) -%}
    {%- set keys -%}
        create table {{ own.canonical }}.dry_run_keys (
            key_hash bigint unsigned not null, primary key (key_hash)
        )
        select key_hash from {{ own.staging }}.replaced_match_keys
    {%- endset -%}
    {%- set replaced_persons -%}
        create table {{ own.canonical }}.dry_run_persons (
            person_id bigint unsigned not null, primary key (person_id)
        )
        select distinct person_id from {{ own.staging }}.replaced_records
    {%- endset -%}
    {%- set persons -%}
        insert into {{ own.canonical }}.dry_run_persons
        select distinct mapped.person_id
        from {{ own.canonical }}.dry_run_keys as reached
        left join {{ own.canonical }}.shared_keys as shared on reached.key_hash = shared.key_hash
        left join {{ own.staging }}.replaced_match_keys as replaced
            on reached.key_hash = replaced.key_hash
        left join {{ own.staging }}.import_batch as batch on shared.found_in_import = batch.import_seq
        straight_join {{ known.canonical }}.record_match_keys as carried force index (primary)
            on reached.key_hash = carried.key_hash
        straight_join {{ known.canonical }}.person_records as mapped force index (primary)
            on carried.record_id = mapped.record_id
        left join {{ own.canonical }}.dry_run_persons as present
            on mapped.person_id = present.person_id
        where
            ({{ joins_somebody('shared') }} or coalesce(replaced.key_hash, batch.import_seq) is not null)
            and present.person_id is null
    {%- endset -%}
    {%- set steps = [persons] + people_of_reached_persons_sql(own, known) -%}
    {%- set known_keys = known_shared_keys_sql(own, known) -%}
    {{ return([keys, replaced_persons] + (known_keys + steps) * 2 + known_keys) }}
{%- endmacro %}
