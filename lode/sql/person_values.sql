-- The values of a golden person as the marts hold them, each with the record or decision it comes
-- from: of the persons it is made of, the one whose value survived; of their addresses the one that
-- gives the most of the values, as only the primary one gives all.
with golden as (
    select * from `{marts}`.golden_persons where golden_person_id = %(golden)s
),
fields as ({fields}),
given as (
    select fields.position, p.*, persons.updated_at
    from fields
    inner join `{canonical}`.person_provenance as p
        on fields.field_name = p.field_name and fields.value = p.cell_value
    inner join `{canonical}`.persons as persons on p.person_id = persons.id
    where p.person_id in %(members)s
),
addresses as (
    select person_id, cell_of, count(distinct position) as value_count
    from given
    where cell_of <> ''
    group by person_id, cell_of
),
ranked as (
    select
        fields.position, fields.field_name, fields.value, given.rule, given.import_id,
        given.source_file, given.`row_number`, given.record_id, given.imported_at,
        given.effective_at, given.person_id, given.override_id, given.decided_by, given.reason,
        row_number() over (
            partition by fields.position
            order by
                given.override_id is not null desc, addresses.value_count desc, given.preference,
                given.person_id = %(golden)s desc, given.updated_at desc, given.person_id desc,
                given.cell_of desc, given.record_id desc
        ) as preference
    from fields
    left join given on fields.position = given.position
    left join addresses
        on given.person_id = addresses.person_id and given.cell_of = addresses.cell_of
    where fields.value is not null
)
select * from ranked where preference = 1 order by position
