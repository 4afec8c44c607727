{#-
    The statements that bring in all records of the persons that a dry run has reached, and the people
    they are, as far as they are not there yet.

    Arguments: own, known (schema names by layer: of the dry run, and of the warehouse it is about).
    Returns:   list of SQL statements.
-#}
{% macro people_of_reached_persons_sql(own, known) -%}
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
    {{ return([records, people]) }}
{%- endmacro %}
