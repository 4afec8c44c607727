{#-
    All records of the persons that a canonical model computes, with their person and what decides
    survivorship: touched persons only in an incremental run, everybody otherwise.

    effective_at is the source date, or the time of upload (macro effective_at). is_lone says that the
    person has no other record: then nothing has to be grouped, which is what costs. Every record has an
    import; the outer join keeps the server from starting there, so that rows come in the order they are
    stored in.

    Arguments: names of the CTEs over person_records, stg_people, stg_imports, int_persons_touched.
-#}
{% macro records_of_persons(person_records, people, imports, touched) -%}
    select
        {{ person_records }}.person_id,
        {{ people }}.*,
        {{ imports }}.uploaded_at,
        {{ effective_at(people, imports) }} as effective_at,
        {{ survivorship_key(
            people ~ '.record_id',
            effective_at(people, imports),
            people ~ '.completeness'
        ) }} as survivorship_key,
    {%- if is_incremental() %}
        {{ touched }}.record_count = 1 as is_lone
    from {{ touched }}
    inner join {{ person_records }} on {{ touched }}.person_id = {{ person_records }}.person_id
    {%- else %}
        several.person_id is null as is_lone
    from {{ person_records }}
    left join (
        select person_id from {{ person_records }}
        group by person_id
        having count(*) > 1
    ) as several on {{ person_records }}.person_id = several.person_id
    {%- endif %}
    inner join {{ people }} on {{ person_records }}.record_id = {{ people }}.record_id
    left join {{ imports }} on {{ people }}.import_seq = {{ imports }}.import_seq
{%- endmacro %}
