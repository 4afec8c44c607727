{#-
    Persons with how many records each has, and the oldest and newest import of these; 0 records for
    a retired id. A rebuild counts the whole map, in the order of its index.

    Arguments: ids (CTE: person ids, each once), person_records (CTE over the map).
-#}
{% macro records_per_person(ids, person_records) -%}
    {%- set imports -%}
        min({{ person_records }}.record_id) div 10000000000 as first_import_seq,
        max({{ person_records }}.record_id) div 10000000000 as last_import_seq
    {%- endset -%}
    {%- if is_rebuild() -%}
    select
        person_id,
        count(*) as record_count,
        {{ imports }}
    from {{ person_records }}
    group by person_id
    union all
    select
        {{ ids }}.person_id,
        0 as record_count,
        null as first_import_seq,
        null as last_import_seq
    from {{ ids }}
    left join {{ person_records }} on {{ ids }}.person_id = {{ person_records }}.person_id
    where {{ person_records }}.person_id is null
    {%- else -%}
    select
        {{ ids }}.person_id,
        count({{ person_records }}.record_id) as record_count,
        {{ imports }}
    from {{ ids }}
    left join {{ person_records }} on {{ ids }}.person_id = {{ person_records }}.person_id
    group by {{ ids }}.person_id
    {%- endif -%}
{%- endmacro %}
