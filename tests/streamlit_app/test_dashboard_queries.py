"""The queries against a real server: what they find, what they promise, and how they fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from made_marts import ADDRESS, ASHA, BEN, BUILT_AT, EMAIL, HOSTILE, LI, PHONE, SHARED_EMAIL, ZOE
from made_pairs import GROUP
from relay import Relay
from sqlalchemy import Engine

from lode.search_pepper import known_pepper, search_key
from lode.settings import Credential, Settings
from streamlit_app.queries import (
    attention,
    cube,
    imports,
    opt_out_register,
    people,
    problems,
    risk_outlook,
    statement,
    warehouse,
)
from streamlit_app.queries import group_statements as groups
from streamlit_app.queries import person_statements as stored
from streamlit_app.queries import review_statements as pairs
from streamlit_app.queries import risk_statements as risks
from streamlit_app.queries import timeline_statements as lives
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.errors import (
    DatabaseDownError,
    NotBuiltError,
    QueryFailedError,
    TooSlowError,
    WrongPepperError,
)
from streamlit_app.queries.search import parse_search
from streamlit_app.queries.statement import LIMIT_MARK, Statement, fetch
from streamlit_app.ui.list_form import UNSAVED

pytestmark = pytest.mark.database

STATEMENTS = [
    value
    for module in (
        cube,
        imports,
        problems,
        stored,
        lives,
        pairs,
        groups,
        risks,
        risk_outlook,
        opt_out_register,
        attention,
        warehouse,
    )
    for value in vars(module).values()
    # Of the tables of raw nothing is made up here; test_dashboard_review.py reads them, and
    # test_dashboard_handouts.py.
    if isinstance(value, Statement)
    and value
    not in (
        pairs.DECISIONS,
        pairs.LISTS_OF_PAIR,
        lives.HANDOUTS,
        lives.HANDOUTS_BY_YEAR,
        attention.ATTENTION,
    )
]
RISK = {
    "first_week": "2025-10-27",
    "last_week": "2025-11-10",
    "channel": "call",
    "reason_code": "NATIONAL_DNC",
    "rule_id": "national_dnc",
    "begin": "2025-10-27",
    "end": "2025-11-17",
    "before_moment": BUILT_AT,
    "before_touchpoint": 0,
}
OUTLOOK = {"first_week": "2025-10-27", "last_week": "2025-11-10"}
LIFE = {"person_id": ASHA, "known_before": BUILT_AT, "kinds": ""}
PARAMETERS = {
    stored.BY_ID.name: {"person_id": ASHA},
    risk_outlook.OPT_OUTS.name: OUTLOOK,
    risk_outlook.OPT_OUT_SUMS.name: OUTLOOK,
    **{
        one.name: {**RISK, "before_request": 0}
        for one in (opt_out_register.CONTACTED, opt_out_register.LATE)
    },
    stored.BY_NAME.name: {"last_name": "Miller", "first_name_pattern": "Jo1%"},
    stored.BY_LAST_NAME.name: {"last_name": "Miller"},
    stored.BY_LAST_NAME_PREFIX.name: {"last_name_pattern": "Mill%"},
    stored.PERSON.name: {"person_id": ASHA},
    stored.CONTACT_POINTS.name: {"person_id": ASHA},
    lives.NEWEST_EVENTS.name: LIFE,
    lives.OLDER_EVENTS.name: {**LIFE, "happened_at": BUILT_AT, "event_id": "z"},
    lives.EVENTS_BY_YEAR.name: LIFE,
    **{
        one.name: {"person_id": ASHA}
        for one in (lives.MEMBERSHIP, lives.MEMBERS, lives.VERDICTS, lives.CAPS)
    },
    lives.FIELDS.name: {"person_id": ASHA, "known_before": BUILT_AT},
    **{
        one.name: RISK
        for one in (risks.TOTALS, risks.RULES, risks.WEEKS, risks.CONTACTS, risks.OF_RULE)
    },
    stored.PEOPLE_PAGE.name: {"after": 0},
    **{one.name: {"after": 0} for one in stored.REACHED.values()},
    imports.IMPORTS.name: {"before": 3},
    imports.OPEN_IMPORTS.name: {"before": 9, "stuck_before": BUILT_AT},
    imports.RUNNING_IMPORTS.name: {"stuck_before": BUILT_AT - timedelta(days=9)},
    cube.WATERFALL.name: {
        "channel": "call",
        "states": "",
        "sources": "",
        "is_business": None,
        "least_score": 0,
    },
    pairs.QUEUE_COUNT.name: {"actor": "ada@example.com"},
    pairs.QUEUE.name: {"actor": "ada@example.com"},
    pairs.ONE_PAIR.name: {"first": ASHA, "second": BEN},
    pairs.VALUES_OF_PAIR.name: {f"person_{n}": BEN for n in range(pairs.MAXIMUM_GIVERS)},
    pairs.REASONS_OF_PAIR.name: {"golden_first": ASHA, "golden_second": BEN},
    groups.PAIR_MEMBERS.name: {"golden_first": ASHA, "golden_second": BEN},
    **{
        one.name: {"golden": GROUP[0]}
        for one in (groups.GROUP_MEMBERS, groups.GROUP_LINKS, groups.GROUP_DECISIONS)
    },
    problems.PROBLEMS.name: {"import_seq": 2},
    risk_outlook.CAPPED.name: {"cap_id": "call_day", "used_count": 3, "after": 0},
    imports.ATTEMPTS.name: {"import_seq": 2},
    imports.ONE_IMPORT.name: {"import_id": "imp_2026_02_17_001"},
    imports.OF_CHECKSUM.name: {"checksum": f"{1:064x}"},
}
found_ids = pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("nakamura", [ASHA]),
        ("NAKAMURA-O'NEIL, a", [ASHA]),
        ("asha nakamura-o'neil", [ASHA]),
        ("(217) 555-0143", [ASHA]),
        ("+44 20 7946 0143", [ASHA]),
        ("Asha@EXAMPLE.com", [ASHA]),
        ("household@example.org", [ASHA, BEN]),
        ("10000000001", [ASHA]),
        ("Benjamin De La Cruz", [BEN]),
        ("de la cruz", [BEN]),
        ("zoe van dyke", [ZOE]),
        ("Li", [LI]),
        ("10000000099", []),
        ("nobody@example.com", []),
        ("%%%ler", []),
        ("Mill_r", []),
        ("Miller, J!", []),
        ("' or 1=1 -- ab", []),
    ],
)


@found_ids
def test_search_finds_these_people(
    seeded: Settings, seeded_engine: Engine, typed: str, ids: list[int]
) -> None:
    hits = people.find_people(seeded_engine, parse_search(typed), known_pepper(seeded))
    assert [hit.golden_person_id for hit in hits.people] == ids
    assert not hits.has_more


@pytest.mark.parametrize("typed", ["Miller", "mil", "Jo Miller", "Miller, Jo"])
def test_search_stops_at_fifty_in_order_of_names(seeded_engine: Engine, typed: str) -> None:
    hits = people.find_people(seeded_engine, parse_search(typed), None)
    assert [hit.full_name for hit in hits.people] == [f"Jo{n:02d} Miller" for n in range(1, 51)]
    assert hits.has_more


def test_what_is_not_searchable_asks_the_database_nothing(seeded_engine: Engine) -> None:
    assert people.find_people(seeded_engine, parse_search("x"), None).people == ()


@pytest.mark.parametrize("pepper", [None, "another pepper than that of the keys"])
def test_another_pepper_is_a_sentence_and_not_nobody(
    seeded_engine: Engine, pepper: str | None
) -> None:
    with pytest.raises(WrongPepperError, match="set LODE_SEARCH_PEPPER alike") as caught:
        people.find_people(seeded_engine, parse_search(PHONE), pepper)
    assert "pepper than" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"states": ("TX",)}, (980, 730, (("NATIONAL_DNC", 200), ("NO_CONTACT", 50)))),
        ({"sources": ("web_signups",)}, (700, 700, ())),
        ({"sources": ("crm",)}, (1_930, 730, (("OPT_OUT", 1_000), ("NATIONAL_DNC", 200)))),
        ({"segment": "business"}, (30, 30, ())),
        ({"states": ("TX",), "least_score": 75}, (30, 30, ())),
        ({"sources": ("c.m",)}, (0, 0, ())),
    ],
)
def test_a_list_is_counted_from_the_cube(
    seeded_engine: Engine,
    asked: dict[str, object],
    expected: tuple[int, int, tuple[tuple[str, int], ...]],
) -> None:
    wanted = dataclasses.replace(UNSAVED, channel="call", **asked)  # type: ignore[arg-type]
    assert cube.is_counted(wanted)
    assert cube.read_estimate(seeded_engine, wanted) == cube.Estimate(*expected)
    assert not cube.is_counted(dataclasses.replace(wanted, least_score=40))
    assert not cube.is_counted(dataclasses.replace(wanted, touched_days=9))


def test_contact_points_come_masked_with_verdicts_in_order(seeded_engine: Engine) -> None:
    points = people.read_contact_points(seeded_engine, ASHA)
    assert [point.shown_value for point in points.points] == [
        "+1••••••••43",
        "+44••••••••43",
        "a•••@e•••.com",
        "h•••@e•••.org",
        "•••, SPRINGFIELD, IL 627••",
    ]
    assert not any(
        clear in repr(points) for clear in (PHONE, EMAIL, SHARED_EMAIL, ADDRESS, "OAK", "62701")
    )
    first = points.points[0]
    assert [(verdict.channel, verdict.is_allowed) for verdict in first.verdicts] == [
        ("call", True),
        ("sms", False),
    ]
    assert first.verdicts[1].reasons == ("OPT_OUT", "NATIONAL_DNC")


def test_clear_values_come_only_when_asked_for(seeded_engine: Engine) -> None:
    points = people.read_contact_points(seeded_engine, ASHA, shows_values=True)
    values = {point.shown_value for point in points.points}
    assert {PHONE, EMAIL, SHARED_EMAIL, ADDRESS} <= values
    masked, clear = (
        people.read_person(seeded_engine, ASHA, shows_values) for shows_values in (False, True)
    )
    assert masked is not None
    assert clear is not None
    assert (masked.birth, clear.birth) == ("1984-••-••", "1984-07-09")


def test_an_unknown_person_or_import_is_none(seeded_engine: Engine) -> None:
    assert people.read_person(seeded_engine, 1) is None
    assert people.read_contact_points(seeded_engine, 1).points == ()
    assert imports.read_import(seeded_engine, "imp_2026_01_01_001") is None
    assert imports.read_import(seeded_engine, "' or '1'='1") is None


def test_a_name_of_markup_comes_as_it_is(seeded_engine: Engine) -> None:
    person = people.read_person(seeded_engine, HOSTILE)
    assert person is not None
    assert person.full_name.startswith("![x](http://tracker.example.com/a.png)")


def test_imports_come_newest_first_with_whole_counts(seeded_engine: Engine) -> None:
    found = imports.page_of_imports(seeded_engine)[0]
    assert [import_.import_seq for import_ in found] == [5, 4, 3, 2, 1]
    oldest = imports.read_import(seeded_engine, "imp_2026_02_17_001")
    assert oldest == found[-1]
    assert oldest is not None
    assert (oldest.row_count, oldest.inserted_count, oldest.is_balanced) == (12_000, 11_000, True)
    assert [import_.is_balanced for import_ in found] == [None, None, False, True, True]


def test_the_summary_is_read_as_it_stands(seeded_engine: Engine) -> None:
    summary = warehouse.read_summary(seeded_engine)
    assert summary is not None
    assert (summary.golden_persons, summary.callable) == (52_345_678, 12_345_678)
    version = warehouse.read_version(seeded_engine)
    assert version is not None
    assert version.version == "5f2d8c1e-build"


def test_empty_marts_are_no_error(empty: Settings) -> None:
    engine = create_app_engine(empty)
    assert warehouse.read_version(engine) is None
    assert warehouse.read_summary(engine) is None
    assert imports.page_of_imports(engine)[0] == []
    assert people.read_person(engine, ASHA) is None
    engine.dispose()


def test_marts_never_built_say_so(warehouse: Settings) -> None:
    engine = create_app_engine(warehouse)
    with pytest.raises(NotBuiltError, match="run `lode run`"):
        imports.page_of_imports(engine)[0]
    engine.dispose()


def test_a_server_that_is_down_is_one_sentence(unreachable: Settings) -> None:
    from lode.settings import load_settings

    engine = create_app_engine(load_settings())
    with pytest.raises(DatabaseDownError, match=r"does not answer") as caught:
        imports.page_of_imports(engine)[0]
    assert "made-up-secret" not in repr(caught.value)


def over(relay: Relay, settings: Settings) -> Settings:
    """Return the settings with the relay in place of the server."""
    account = settings.account("app")
    return dataclasses.replace(
        settings,
        given_host="127.0.0.1",
        given_port=relay.port,
        credentials={"app": Credential(account.user, account.password)},
    )


@pytest.fixture
def relayed(relay: Relay, seeded: Settings) -> Iterator[Engine]:
    engine = create_app_engine(over(relay, seeded))
    yield engine
    engine.dispose()


def test_a_lost_connection_is_tried_again_once(relay: Relay, relayed: Engine) -> None:
    assert len(imports.page_of_imports(relayed)[0]) == 5
    relay.cut()
    assert len(imports.page_of_imports(relayed)[0]) == 5
    assert relay.accepted == 2


def test_a_server_that_went_away_for_good_is_a_sentence(relay: Relay, relayed: Engine) -> None:
    assert len(imports.page_of_imports(relayed)[0]) == 5
    relay.close()
    with pytest.raises(DatabaseDownError):
        imports.page_of_imports(relayed)[0]


ENDLESS = Statement(
    name="endless",
    sql=f"""
with recursive numbers as (

    select 1 as number
    union all
    select number + 1 from numbers where number < 900

)

select {LIMIT_MARK} sum(a.number * b.number * c.number) as total
from numbers as a
cross join numbers as b
cross join numbers as c
limit :row_cap
""",
    tables=(),
    index="none",
    row_cap=1,
    timeout_milliseconds=200,
)


def test_a_slow_statement_is_stopped_and_not_tried_again(relay: Relay, relayed: Engine) -> None:
    with pytest.raises(TooSlowError, match=r"longer than 0\.2 seconds"):
        fetch(relayed, ENDLESS)
    assert relay.accepted == 1


def test_a_refused_statement_keeps_values_out_of_the_log(
    seeded_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    broken = dataclasses.replace(stored.BY_ID, sql=f"{stored.BY_ID.sql} nonsense")
    with pytest.raises(QueryFailedError) as caught:
        fetch(seeded_engine, broken, {"person_id": "asha@example.com"})
    assert caught.value.error_id in caplog.text
    assert "asha@example.com" not in caplog.text
    assert "asha@example.com" not in str(caught.value.__cause__)


def test_every_statement_has_parameters_here_and_runs(
    seeded: Settings, seeded_engine: Engine
) -> None:
    assert len(STATEMENTS) == 52
    for one in STATEMENTS:
        parameters = PARAMETERS.get(one.name)
        if one is stored.BY_CONTACT:
            key = search_key(known_pepper(seeded) or "", PHONE)
            parameters = {"key_type": "phone", "key_value": key}
        rows = fetch(seeded_engine, one, parameters)
        # No import of the seeded warehouse is at work.
        least = 0 if one is imports.RUNNING_IMPORTS else 1
        assert least <= len(rows) <= one.row_cap


def test_a_statement_must_have_a_limit_of_time_and_rows() -> None:
    for sql in ("select 1", f"select {LIMIT_MARK} 1", "select 1 limit :row_cap"):
        with pytest.raises(ValueError, match="limit"):
            Statement(name="bad", sql=sql, tables=(), index="", row_cap=1)


def test_the_time_limit_is_in_the_dialect_of_the_engine() -> None:
    assert stored.PERSON.for_engine(is_mariadb=False).count("/*+ MAX_EXECUTION_TIME(1500) */") == 1
    assert stored.PERSON.for_engine(is_mariadb=True).startswith(
        "set statement max_statement_time=1.500 for select"
    )
    assert statement.PAGE_TIMEOUT_MILLISECONDS == 1500
