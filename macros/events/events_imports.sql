{#-
    Imports that mention a golden person, as events: how many records of it, and of which file.
    A contribution to person_events.

    Arguments: persons (name of a CTE over the persons in scope).
-#}
{% macro events_imports(persons) -%}
    select
    {{ event_columns(
        persons, "concat('import-', records.import_seq)", "'import'", "imports.source_type",
        'imports.uploaded_at', 'imports.uploaded_at', import_seq='records.import_seq',
        record_count='count(*)', detail='imports.filename'
    ) }}
    from {{ persons }}
    inner join {{ ref('person_records') }} as records on {{ persons }}.id = records.person_id
    inner join {{ ref('stg_imports') }} as imports on records.import_seq = imports.import_seq
    group by
        {{ persons }}.golden_person_id, records.import_seq, imports.source_type,
        imports.uploaded_at, imports.filename
{%- endmacro %}
