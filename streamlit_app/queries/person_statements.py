"""The statements about golden persons; `people` runs them, a test holds each to its index."""

from __future__ import annotations

from streamlit_app.queries.statement import Statement

MAXIMUM_HITS = 50
MAXIMUM_CONTACT_ROWS = 190
# So few people of a channel are sorted by id for each page; more are met soon enough on the way.
RARE = 20_000

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

# Behind the numbers of the overview. By id, so that it ends as soon as a page is full, however
# many people there are, unless hardly anybody can be reached: those are found by their profiles.
PEOPLE_PAGE = Statement(
    name="people by channel",
    sql=f"""
select /*+ time limit */ {_HIT_COLUMNS}
from golden_persons
where
    golden_person_id > :after
    and case :channel
        when 'call' then is_callable
        when 'sms' then is_textable
        when 'email' then is_emailable
        when 'mail' then is_mailable
        else 1
    end = 1
order by golden_person_id
limit :row_cap
""",
    tables=("golden_persons",),
    index="PRIMARY",
    row_cap=MAXIMUM_HITS + 1,
)

RARE_PAGE = Statement(
    name="people by a channel that few have",
    sql=f"""
with

holders as (

    select members.golden_person_id as holder_id
    from contactability_profiles as profiles
    inner join contactability_profiles as members
        on profiles.profile_hash = members.profile_hash
            and members.golden_person_id > :after
    where
        profiles.golden_person_id = 0
        and profiles.person_count > 0
        and case :channel
            when 'call' then profiles.call_reasons
            when 'sms' then profiles.sms_reasons
            when 'email' then profiles.email_reasons
            when 'mail' then profiles.mail_reasons
        end = ''
    order by members.golden_person_id
    limit :row_cap

)

select /*+ time limit */ {_HIT_COLUMNS}
from holders
inner join golden_persons on holders.holder_id = golden_persons.golden_person_id
order by golden_person_id
""",
    tables=("contactability_profiles", "golden_persons"),
    index="contactability_profiles(golden_person_id), then PRIMARY of both",
    row_cap=MAXIMUM_HITS + 1,
)

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
