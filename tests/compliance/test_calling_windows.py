"""Calling windows on the engine under test against a slow evaluator with Python's own zones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import clock_and_rules
import pytest
from clock_and_rules import MINUTE, Place, broken_rules, is_inside, next_inside

from lode.db import connect
from lode.dbt import DbtResult
from lode.errors import LodeError
from lode.pipeline import require_built
from lode.settings import Settings
from tests.standardize.rendered_macros import render

pytestmark = pytest.mark.database

SEEDS = (
    "calling_windows", "holidays", "time_zone_offsets", "zip_time_zones", "state_time_zones",
    "area_code_time_zones", "nanp_area_codes", "reply_phrases",
)  # fmt: skip
EAST, CENTRAL, MOUNTAIN = "America/New_York", "America/Chicago", "America/Denver"
# A ZIP and its state in every American zone; seed time_zone_offsets has one name for equal clocks.
ZONES = {
    "10001": (EAST, "NY"), "60601": (CENTRAL, "IL"), "80201": (MOUNTAIN, "CO"),
    "90001": ("America/Los_Angeles", "CA"), "85001": ("America/Phoenix", "AZ"),
    "99501": ("America/Anchorage", "AK"), "99546": ("America/Adak", "AK"),
    "96801": ("Pacific/Honolulu", "HI"), "00901": ("America/Puerto_Rico", "PR"),
    "96910": ("Pacific/Guam", "GU"), "96799": ("Pacific/Pago_Pago", "AS"),
}  # fmt: skip
CHANGES = (datetime(2026, 3, 8), datetime(2026, 11, 1))
Answer = tuple[bool, datetime | None]


class Engine:
    """The macros, rendered once, over two tables of the test's own."""

    def __init__(self, settings: Settings, at: str, hours: str) -> None:
        self.settings, self.at, self.hours = settings, at, hours

    def ask(self, places: Iterable[tuple[Any, ...]], asks: Iterable[tuple[Any, ...]]) -> None:
        """Fill the tables: (key, zip, state, area code), (key, channel, moment)."""
        with connect("transformer", self.settings, schema="staging", autocommit=True) as connection:
            cursor = connection.cursor()
            for table, columns in (
                (
                    "places",
                    "contact_key int, zip varchar(5), state_code varchar(2),"
                    " area_code varchar(3)",
                ),
                ("asks", "contact_key int, channel varchar(8), at_utc datetime(6)"),
            ):  # fmt: skip
                cursor.execute(f"drop table if exists {table}")
                cursor.execute(
                    f"create table {table} ({columns})"
                    " default character set utf8mb4 collate utf8mb4_bin"
                )
            cursor.executemany("insert into places values (%s, %s, %s, %s)", list(places))
            cursor.executemany("insert into asks values (%s, %s, %s)", list(asks))

    def answers(self) -> dict[tuple[int, datetime, str], Answer]:
        """Return (inside, next allowed) by key, moment and strictness."""
        rows = self._rows(
            "select contact_key, at_utc, strictness, is_inside, next_allowed_at"
            f" from {self.at} as answered"
        )
        return {(key, at, level): (bool(inside), later) for key, at, level, inside, later in rows}

    def broken(self) -> dict[tuple[int, datetime], set[tuple[str, str, datetime | None]]]:
        """Return (rule, enforcement, until) of the rules that are broken by key and moment."""
        rows = self._rows(
            "select contact_key, at_utc, rule_id, strictness, next_allowed_at"
            f" from {self.hours} as hours where rule_id is not null"
        )
        found: dict[tuple[int, datetime], set[tuple[str, str, datetime | None]]] = {}
        for key, at, *rest in rows:
            found.setdefault((key, at), set()).add(tuple(rest))
        return found

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with connect("transformer", self.settings, schema="staging") as c, c.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())


@pytest.fixture(scope="module")
def windows(warehouse_module: Settings, dbt: Callable[..., DbtResult]) -> Engine:
    """The macros on a warehouse with the seeds that they read."""
    result = dbt(["seed", "--select", *SEEDS], warehouse_module)
    assert result.returncode == 0, result.output
    calls = (
        "calling_windows_at('asks', 'places')",
        "calling_hours('asks', 'places')",
    )
    return Engine(warehouse_module, *render(dbt, warehouse_module, calls))


def check_all(
    answers: dict[tuple[int, datetime, str], Answer],
    key: int,
    place: Place,
    moments: list[datetime],
) -> None:
    """Compare whole minutes, newest first, with the evaluator, which need not look ahead then."""
    for strictness in ("enforce", "advise"):
        later, before = None, None
        for at in moments:
            inside = is_inside(place, at, strictness == "advise")
            if inside:
                later = at
            elif before is None or before - at > MINUTE:
                later = next_inside(place, at, strictness == "advise")
            assert answers[key, at, strictness] == (inside, later), (place, at, strictness)
            before = at


def in_utc(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(timezone.utc).replace(tzinfo=None)


def test_every_minute_of_the_days_of_change_in_every_zone(windows: Engine) -> None:
    places, asks = [], []
    for key, (zip_code, (zone, _)) in enumerate(ZONES.items()):
        places.append((key, zip_code, None, None))
        for day in CHANGES:
            at, end = in_utc(day, zone), in_utc(day + timedelta(days=1), zone)
            while at < end:
                asks.append((key, "call", at))
                at += MINUTE
    windows.ask(places, asks)
    answers = windows.answers()
    assert len(answers) == 2 * len(asks)
    assert sum(ask[0] == 0 for ask in asks) == 23 * 60 + 25 * 60
    for key, (zone, state) in enumerate(ZONES.values()):
        own = sorted((at for number, _, at in asks if number == key), reverse=True)
        check_all(answers, key, Place((zone,), (state,)), own)


def test_the_seconds_around_the_edges(windows: Engine) -> None:
    times = ("07:59:59", "08:00:00", "20:59:59", "20:59:59.999999", "21:00:00")
    days = (datetime(2026, 3, 8), datetime(2026, 7, 1), datetime(2026, 11, 1))
    asks = [
        (key, channel, in_utc(datetime.fromisoformat(f"{day:%Y-%m-%d} {time}"), zone))
        for key, (zone, _) in enumerate(ZONES.values())
        for channel in ("call", "sms")
        for day in days
        for time in times
    ]
    windows.ask([(key, code, None, None) for key, code in enumerate(ZONES)], asks)
    answers = windows.answers()
    for key, (zone, _) in enumerate(ZONES.values()):
        for day in days:
            at = [in_utc(datetime.fromisoformat(f"{day:%Y-%m-%d} {time}"), zone) for time in times]
            inside = [answers[key, moment, "enforce"][0] for moment in at]
            assert inside == [False, True, True, True, False], (zone, day)
            assert answers[key, at[0], "enforce"][1] == at[1]
            assert answers[key, at[2], "enforce"][1] == at[2]
    # What breaks which rule is what the evaluator says, also by rules that only advise.
    broken = windows.broken()
    for key, _, moment in asks:
        zone, state = list(ZONES.values())[key]
        named = {rule for rule, _, _ in broken.get((key, moment), set())}
        assert named == broken_rules(Place((zone,), (state,)), moment, advice=True)


def test_all_plausible_zones_and_states_count(windows: Engine) -> None:
    """Where an address and an area code differ, both hold; who is nowhere may be anywhere."""
    cases = {
        # Pensacola: the area code reaches into Eastern time.
        1: ((None, None, "850"), Place((EAST, CENTRAL), ("FL",))),
        2: (("32501", "FL", "850"), Place((EAST, CENTRAL), ("FL",))),
        3: (("90001", "CA", "212"), Place(("America/Los_Angeles", EAST), ("CA", "NY"))),
        4: (("32501", None, None), Place((CENTRAL,), ("FL",))),
        5: ((None, "TN", None), Place((EAST, CENTRAL), ("TN",))),
        # A ZIP that is none is no place; its state is.
        6: (("00000", "TX", None), Place((CENTRAL, MOUNTAIN), ("TX",))),
        7: ((None, None, "800"), Place(tuple(zone for zone, _ in list(ZONES.values())[:8]))),
        8: ((None, None, None), Place(tuple(zone for zone, _ in list(ZONES.values())[:8]))),
        9: (("02903", "RI", "401"), Place((EAST,), ("RI",))),
    }
    start = datetime(2026, 7, 2, 0, 7)
    moments = [start + timedelta(minutes=97 * number) for number in range(60)]
    windows.ask(
        [(key, *place) for key, (place, _) in cases.items()],
        [(key, "call", moment) for key in cases for moment in moments],
    )
    answers, broken = windows.answers(), windows.broken()
    for key, (_, place) in cases.items():
        for moment in moments:
            later = {}
            for strictness in ("enforce", "advise"):
                advice = strictness == "advise"
                later[strictness] = next_inside(place, moment, advice)
                expected = (is_inside(place, moment, advice), later[strictness])
                assert answers[key, moment, strictness] == expected, (key, moment, strictness)
            found = broken.get((key, moment), set())
            assert {rule for rule, _, _ in found} == broken_rules(place, moment, advice=True)
            assert {(level, until) for _, level, until in found} <= set(later.items())
    assert sum(len(found) for found in broken.values()) > 200


def test_several_addresses_several_zones(windows: Engine) -> None:
    noon_in_the_east = datetime(2026, 7, 1, 13, 30)
    windows.ask(
        [(1, "10001", "NY", None), (1, "90001", "CA", None), (2, "10001", "NY", None)],
        [(1, "call", noon_in_the_east), (2, "call", noon_in_the_east)],
    )
    answers = windows.answers()
    assert answers[2, noon_in_the_east, "enforce"] == (True, noon_in_the_east)
    assert answers[1, noon_in_the_east, "enforce"] == (False, datetime(2026, 7, 1, 15))


def test_mail_has_no_hours_and_a_time_without_a_clock_has_no_answer(windows: Engine) -> None:
    night, beyond = datetime(2026, 7, 1, 7), datetime(2040, 7, 1, 18)
    windows.ask(
        [(1, "10001", "NY", None), (2, "10001", "NY", None)],
        [(1, "email", night), (2, "call", beyond)],
    )
    answers = windows.answers()
    assert answers[1, night, "advise"] == (True, night)
    assert answers[2, beyond, "enforce"] == (False, None)
    assert windows.broken() == {(2, beyond): {("clock_unknown", "enforce", None)}}


@pytest.fixture
def atlantis(windows: Engine) -> Iterator[None]:
    """A time zone that does not exist: of a ZIP, of a state beside a real one, of an area code."""
    zone = "America/Atlantis"
    with connect("transformer", windows.settings, schema="staging", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "insert into zip_time_zones values ('000', '00001', '00001', 'ZZ', %s)", (zone,)
        )
        cursor.execute(
            "insert into state_time_zones values ('ZZ', %s), ('ZZ', %s)", (zone, CENTRAL)
        )
        cursor.execute("insert into area_code_time_zones values ('212', %s)", (zone,))
        yield
        for table in ("zip_time_zones", "state_time_zones", "area_code_time_zones"):
            cursor.execute(f"delete from {table} where time_zone = %s", (zone,))
        cursor.execute("delete from state_time_zones where state_code = 'ZZ'")


@pytest.mark.usefixtures("atlantis")
def test_a_zone_without_a_clock_allows_nothing(windows: Engine) -> None:
    """It narrows: the other zones of the contact do not answer for it."""
    noon, night = datetime(2026, 7, 1, 17), datetime(2026, 7, 1, 7)
    places = {
        1: ("00001", None, None), 2: (None, "ZZ", None), 3: ("10001", "NY", "212"),
        4: ("10001", "NY", None), 5: (None, "ZZ", "512"),
    }  # fmt: skip
    windows.ask(
        [(key, *place) for key, place in places.items()],
        [(key, "call", at) for key in places for at in (noon, night)],
    )
    answers, broken = windows.answers(), windows.broken()
    for key in places:
        for at in (noon, night):
            inside = (True, noon) if at == noon else (False, datetime(2026, 7, 1, 12))
            wanted = inside if key == 4 else (False, None)
            assert answers[key, at, "enforce"] == wanted, (key, at)
            rules = broken.get((key, at), set())
            assert {until for _, level, until in rules if level == "enforce"} == (
                {None} if key != 4 else {inside[1]} - {noon}
            )
            if key != 4 and at == noon:
                assert ("clock_unknown", "enforce", None) in rules
    assert (4, noon) not in broken


@pytest.mark.usefixtures("atlantis")
def test_a_zone_without_a_clock_is_a_sentence_of_the_run(
    windows: Engine, dbt: Callable[..., DbtResult]
) -> None:
    done = dbt(["test", "--select", "*_have_a_clock"], windows.settings)
    found = {str(one["unique_id"]).split(".")[2]: one["status"] for one in done.results}
    assert found == dict.fromkeys(
        ("zip_time_zones_have_a_clock", "state_time_zones_have_a_clock",
         "area_code_time_zones_have_a_clock"), "fail",
    )  # fmt: skip
    # Its statements about addresses are made out of these; those of the zones stay as they are.
    assert dbt(["seed"], windows.settings).returncode == 0
    done = dbt(["run", "--select", "decision_statements"], windows.settings)
    with pytest.raises(LodeError, match="of which seed time_zone_offsets has no clock") as refused:
        require_built(done, windows.settings)
    assert "Seed zip_time_zones names the time zone 'America/Atlantis'" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_all_zones_of_the_seeds_have_a_clock(
    windows: Engine, dbt: Callable[..., DbtResult]
) -> None:
    done = dbt(["test", "--select", "*_have_a_clock"], windows.settings)
    assert [one["status"] for one in done.results] == ["pass"] * 3, done.output


def test_rules_that_begin_or_end_in_the_hour_that_is_skipped_or_comes_twice(
    windows: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No law has such hours; the arithmetic must hold for one that will."""
    days = "mon,tue,wed,thu,fri,sat,sun"
    rows = [
        (f"r{key}", state, "email", days, start, end, "x", "x", "enforce", "2000-01-01",
         "9999-12-31")
        for key, (state, start, end) in enumerate((
            ("Q1", "02:30:00", "23:00:00"), ("Q2", "00:00:00", "02:30:00"),
            ("Q3", "01:30:00", "01:45:00"), ("Q4", "02:10:00", "02:50:00"),
        ))
    ]  # fmt: skip
    names = list(clock_and_rules.seed_rules()[0])
    own = tuple(dict(zip(names, row, strict=True)) for row in rows)
    monkeypatch.setattr(clock_and_rules, "seed_rules", lambda: own)
    clock_and_rules.rules_of_day.cache_clear()
    moments = [
        in_utc(day, EAST) + MINUTE * number for day in CHANGES for number in range(0, 300, 5)
    ]
    states = ("Q1", "Q2", "Q3", "Q4")
    with connect("transformer", windows.settings, schema="staging", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.executemany(
            f"insert into calling_windows ({', '.join(names)})"
            f" values ({', '.join(['%s'] * len(names))})",
            rows,
        )
        windows.ask(
            [(k, "10001", state, None) for k, state in enumerate(states)],
            [(k, "email", at) for k in range(4) for at in moments],
        )
        answers = windows.answers()
        cursor.execute("delete from calling_windows where channels = 'email'")
    for key, state in enumerate(states):
        place = Place((EAST,), (state,), "email")
        for at in moments:
            expected = (is_inside(place, at), next_inside(place, at))
            assert answers[key, at, "enforce"] == expected, (state, at)
    clock_and_rules.rules_of_day.cache_clear()
