"""The statements about golden persons; `people` runs them, a test holds each to its index."""

from __future__ import annotations

from itertools import product

from streamlit_app.queries.statement import Statement

MAXIMUM_HITS = 50
MAXIMUM_CONTACT_ROWS = 190

# One column list for every way to find people.
_HIT_COLUMNS = """
    golden_person_id,
    full_name,
    company_name,
    city,
    state,
    record_count,
    is_callable,
    is_textable,
    is_emailable,
    is_mailable
"""

BY_ID = Statement(
    name="person by id",
    sql=f"""
select /*+ time limit */ {_HIT_COLUMNS}
from golden_persons
where golden_person_id = :person_id
limit :row_cap
""",
    tables=("golden_persons",),
    index="PRIMARY",
    row_cap=1,
)

BY_CONTACT = Statement(
    name="people by search key",
    sql=f"""
with

holders as (

    select golden_person_id as holder_id
    from search_keys
    where key_type = :key_type and key_value = :key_value
    order by golden_person_id
    limit :row_cap

)

select /*+ time limit */ {_HIT_COLUMNS}
from holders
inner join golden_persons on holders.holder_id = golden_persons.golden_person_id
order by golden_person_id
""",
    tables=("search_keys", "golden_persons"),
    index="PRIMARY of both",
    row_cap=MAXIMUM_HITS + 1,
)

PEPPER = Statement(
    name="fingerprint of the pepper",
    sql="""
select /*+ time limit */ fingerprint
from `{raw}`.search_pepper
limit :row_cap
""",
    tables=(),
    index="none: one row",
    row_cap=1,
)

BY_NAME = Statement(
    name="people by last and first name",
    sql=f"""
select /*+ time limit */ {_HIT_COLUMNS}
from golden_persons
where last_name = :last_name and first_name like :first_name_pattern escape '!'
order by last_name, first_name, golden_person_id
limit :row_cap
""",
    tables=("golden_persons",),
    index="golden_persons(last_name, first_name, golden_person_id)",
    row_cap=MAXIMUM_HITS + 1,
)

BY_LAST_NAME = Statement(
    name="people by last name",
    sql=f"""
select /*+ time limit */ {_HIT_COLUMNS}
from golden_persons
where last_name = :last_name
order by last_name, first_name, golden_person_id
limit :row_cap
""",
    tables=("golden_persons",),
    index="golden_persons(last_name, first_name, golden_person_id)",
    row_cap=MAXIMUM_HITS + 1,
)

BY_LAST_NAME_PREFIX = Statement(
    name="people by beginning of the last name",
    sql=f"""
select /*+ time limit */ {_HIT_COLUMNS}
from golden_persons
where last_name like :last_name_pattern escape '!'
order by last_name, first_name, golden_person_id
limit :row_cap
""",
    tables=("golden_persons",),
    index="golden_persons(last_name, first_name, golden_person_id)",
    row_cap=MAXIMUM_HITS + 1,
)

# Behind the numbers of the overview, by id.
PEOPLE_PAGE = Statement(
    name="all people",
    sql=f"""
select /*+ time limit */ {_HIT_COLUMNS}
from golden_persons
where golden_person_id > :after
order by golden_person_id
limit :row_cap
""",
    tables=("golden_persons",),
    index="PRIMARY",
    row_cap=MAXIMUM_HITS + 1,
)

FLAGS = ("is_callable", "is_textable", "is_emailable", "is_mailable")


def _reached_by(flag: str) -> Statement:
    """Return the statement for a page of those whom one channel may reach.

    Whom a channel may reach may lie anywhere among the ids, so nothing is looked through: the index
    has people by all four flags, and from each of the eight sets with this one come 51 at most.
    """
    others = [one for one in FLAGS if one != flag]
    sets = "\n    union all\n".join(
        f"""    (
        select golden_person_id
        from golden_persons as reached
        where
            {flag} = 1
            and {" and ".join(f"{one} = {bit}" for one, bit in zip(others, bits, strict=True))}
            and golden_person_id > :after
        order by golden_person_id
        limit :row_cap
    )"""
        for bits in product((0, 1), repeat=len(others))
    )
    return Statement(
        name=f"people who are {flag.removeprefix('is_')}",
        sql=f"""
with

holders as (

{sets}

),

page as (

    select golden_person_id as holder_id
    from holders
    order by golden_person_id
    limit :row_cap

)

select /*+ time limit */ {_HIT_COLUMNS}
from page
inner join golden_persons on page.holder_id = golden_persons.golden_person_id
order by golden_person_id
""",
        tables=("golden_persons",),
        index="golden_persons(is_callable, is_textable, is_emailable, is_mailable), then PRIMARY",
        row_cap=MAXIMUM_HITS + 1,
    )


CALLABLE, TEXTABLE, EMAILABLE, MAILABLE = map(_reached_by, FLAGS)
REACHED = {"call": CALLABLE, "sms": TEXTABLE, "email": EMAILABLE, "mail": MAILABLE}

PERSON = Statement(
    name="person card",
    sql="""
select /*+ time limit */
    golden_person_id,
    full_name,
    company_name,
    birth_date,
    city,
    state,
    country,
    record_count,
    person_count,
    import_count,
    is_callable,
    is_textable,
    is_emailable,
    is_mailable,
    first_seen_at,
    updated_at
from golden_persons
where golden_person_id = :person_id
limit :row_cap
""",
    tables=("golden_persons",),
    index="PRIMARY",
    row_cap=1,
)

CONTACT_POINTS = Statement(
    name="contact points of a person",
    sql="""
select /*+ time limit */
    contact_kind,
    contact_value,
    channel,
    contact_display,
    phone_type,
    is_primary,
    is_verified,
    is_allowed,
    reasons
from contact_points
where golden_person_id = :person_id
order by golden_person_id, contact_kind, contact_value, channel
limit :row_cap
""",
    tables=("contact_points",),
    index="PRIMARY",
    row_cap=MAXIMUM_CONTACT_ROWS + 1,
)
