"""The statements over the group of a golden person; `groups` runs them."""

from __future__ import annotations

from streamlit_app.queries.statement import Statement

# What fits a picture; a group of more is a mistake of the model, and its table says enough.
MAXIMUM_MEMBERS = 30
MAXIMUM_LINKS = 150

GROUP_MEMBERS = Statement(
    name="members of a group",
    sql="""
select /*+ time limit */
    person_id,
    full_name,
    record_count,
    is_original
from person_members
where golden_person_id = :golden and record_count > 0
limit :row_cap
""",
    tables=("person_members",),
    index="persons(golden_person_id)",
    row_cap=MAXIMUM_MEMBERS + 1,
)

# From the few members to their links, whatever the optimizer thinks of the sizes. Strongest first:
# where there are more than a page reads, those that hold the group are among them.
GROUP_LINKS = Statement(
    name="links of a group",
    sql="""
select /*+ time limit */
    person_links.person_id_l,
    person_links.person_id_r,
    person_links.match_weight,
    person_links.match_reason
from person_members
straight_join person_links on person_members.person_id = person_links.person_id_l
where person_members.golden_person_id = :golden and person_members.record_count > 0
order by person_links.match_weight desc
limit :row_cap
""",
    tables=("person_members", "person_links"),
    index="persons(golden_person_id), then PRIMARY of dedup_pairs",
    row_cap=MAXIMUM_LINKS + 1,
)

# From the few members to the decisions of their records, however many others have made.
GROUP_DECISIONS = Statement(
    name="decisions about a group",
    sql="""
select /*+ time limit */
    identity_decisions.split_id,
    identity_decisions.decision_id,
    identity_decisions.kind,
    identity_decisions.first_person_id,
    identity_decisions.second_person_id
from person_members
straight_join identity_decisions on person_members.person_id = identity_decisions.first_person_id
where person_members.golden_person_id = :golden
order by identity_decisions.decision_id
limit :row_cap
""",
    tables=("identity_decisions", "person_members"),
    index="persons(golden_person_id), person_records(person_id), dedup_decision_records(record_id)",
    row_cap=230,
)

# All ids that stand for one of two golden persons, retired ones too, who was chosen by people, and
# what each of the two is.
PAIR_MEMBERS = Statement(
    name="ids behind a pair",
    sql="""
select /*+ time limit */
    person_members.person_id,
    person_members.golden_person_id,
    person_members.record_count,
    max(identity_decisions.decision_id) as chosen_by,
    max(golden_persons.full_name) as full_name,
    max(golden_persons.company_name) as company_name,
    max(golden_persons.record_count) as golden_record_count,
    max(golden_persons.person_count) as person_count,
    max(golden_persons.is_callable) as is_callable,
    max(golden_persons.is_textable) as is_textable,
    max(golden_persons.is_emailable) as is_emailable,
    max(golden_persons.is_mailable) as is_mailable
from person_members
inner join golden_persons on person_members.golden_person_id = golden_persons.golden_person_id
left join identity_decisions
    on person_members.person_id = identity_decisions.first_person_id
        and identity_decisions.kind = 'golden'
where person_members.golden_person_id in (:golden_first, :golden_second)
group by
    person_members.person_id, person_members.golden_person_id, person_members.record_count
order by
    person_members.person_id = person_members.golden_person_id desc,
    person_members.record_count desc
limit :row_cap
""",
    tables=("person_members", "golden_persons", "identity_decisions"),
    index="persons(golden_person_id), then PRIMARY of golden_persons",
    row_cap=50,
)
