-- The values of a golden person as the marts hold them, each with the record or decision it comes
-- from: of the persons it is made of, the one whose value survived.
with golden as (
    select * from `{marts}`.golden_persons where golden_person_id = %(golden)s
),
fields as ({fields}),
given as (
    select p.*, persons.updated_at
    from `{canonical}`.person_provenance as p
    inner join `{canonical}`.persons as persons on p.person_id = persons.id
    where p.person_id in %(members)s
),
ranked as (
    select
        fields.position, fields.field_name, fields.value, given.rule, given.import_id,
        given.source_file, given.`row_number`, given.record_id, given.imported_at,
        given.effective_at, given.person_id, given.override_id, given.decided_by, given.reason,
        row_number() over (
            partition by fields.position
            order by
                given.override_id is not null desc, given.preference,
                given.person_id = %(golden)s desc, given.updated_at desc, given.person_id desc
        ) as preference
    from fields
    left join given
        on fields.field_name = given.field_name and fields.value = given.cell_value
    where fields.value is not null
)
select * from ranked where preference = 1 order by position
