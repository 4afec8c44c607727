"""Random histories of imports, merges, unmerges, replays, undos, syncs, requests and consents.

Meanwhile somebody changes rules. A request is lifted by a dated consent alone, and what was decided
as of a moment stays so whatever comes later. LODE_HISTORIES sets how many histories are told (400
take eleven minutes).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

from dedup.pipeline import run as run_dedup
from lode.comply import CHANNELS, Contact, explain_contacts, explain_person, utc_moment
from lode.db import connect
from lode.errors import LodeError
from lode.list_gate import points_of
from lode.pipeline import run_pipeline
from lode.settings import Settings
from tests.models.raw_rows import table_rows
from tests.models.rule_files import Change, RuleFiles, with_cells, with_row, without
from tests.models.told_histories import Step, Teller, Told, histories

pytestmark = pytest.mark.database

HISTORIES = int(os.environ.get("LODE_HISTORIES", "10"))
TURNS = 2 if HISTORIES <= 10 else 3
CHUNK = 400
EVERY = tuple(channel for channels in CHANNELS.values() for channel in channels)
VERDICTS = (
    "select golden_person_id, contact_kind, contact_value, channel, reasons from contact_points"
)
MART = "select contact_value, channel, min(is_allowed) from contact_points group by 1, 2"
Said = dict[tuple[str, str], tuple[bool, frozenset[str]]]
Merge = ("merge", 0, "1")
# Told always: merges and what comes of them, a type of line and a holder that a file tells late.
PLAIN: list[tuple[tuple[Step, ...], ...]] = [
    ((("request", 0, "person"), Merge), (("unmerge", 0, "1"),), ()),
    ((("request", 0, "call"),), (Merge,), (("unmerge", 0, "1"),)),
    ((("request", 0, "all"), Merge), (("undo", 0, "0"),), (("replay", 0, "0"),)),
    ((("request", 1, "sms"),), (("import", 0, "1"),), (("undo", 1, "0"),)),
    ((("sync", 0, "landline"),), (("sync", 0, "mobile"), ("line", 0, "voip")), ()),
    ((("request file", 2, "all"),), (("sync", 0, ""),), (("consent", 2, "call"),)),
    ((("request file", 0, "call"),), (("consent", 0, "call"), ("request file", 0, "call")), ()),
    ((("request", 0, "mail"), Merge), (("undo", 0, "0"), ("request file", 1, "mail")), ()),
    ((("request file", 1, "all"),), (("consent", 1, "mail"), ("merge", 1, "1")), ()),
    (
        (("list", 0, "national"), ("list", 1, "state_tx")),
        (("list", 0, ""), ("list", 2, "litigator")),
        (),
    ),
]  # fmt: skip


# What somebody does to the rules in each round; none of it lifts a request at a contact point.
RULES: list[dict[str, Change]] = [
    {
        "line_type_policies": with_cells("rule_id", "line_voip_call", enforcement="enforce"),
        "compliance_rules": with_cells("rule_id", "person_opt_out", enforcement="advise"),
        "calling_windows": with_row("rule_id", "us_hours", rule_id="never", end_time="08:00:00"),
    },
    {
        "line_type_policies": without("rule_id", "line_landline_sms"),
        "compliance_rules": with_cells("rule_id", "person_opt_out", enforcement="enforce"),
        "opt_out_reach": with_cells("reached_channel", "call", citation="Corrected"),
    },
    {"calling_windows": without("rule_id", "never")},
]


@dataclass
class Past:
    """What was said of contact points and of persons as of moments, when those were now."""

    settings: Settings
    contacts: Sequence[Contact]
    persons: Sequence[int]
    points: dict[datetime, Said] = field(default_factory=dict)
    people: dict[tuple[datetime, int], Said | str] = field(default_factory=dict)

    def ask(self) -> datetime:
        """Ask about everything as of now, and keep it."""
        at = utc_moment(None, "")
        self.points[at] = said_of_contacts(self.settings, self.contacts, at)
        for person in self.persons:
            self.people[(at, person)] = said_of_person(self.settings, person, at)
        return at

    def check(self) -> int:
        """Ask again as of every moment: nothing may be another. Returns how many answers."""
        for at, said in self.points.items():
            now = said_of_contacts(self.settings, self.contacts, at)
            changed = {key: (said[key], now[key]) for key in said if said[key] != now[key]}
            assert not changed, (at, changed)
        for (at, person), known in self.people.items():
            assert said_of_person(self.settings, person, at) == known, (at, person)
        return sum(map(len, self.points.values())) + len(self.people)


def said_of_contacts(settings: Settings, contacts: Sequence[Contact], at: datetime) -> Said:
    """What explain says of contact points: allowed or not, with every reason."""
    return {
        (one.contact.value, one.channel): (one.is_allowed, frozenset(map(repr, one.reasons)))
        for start in range(0, len(contacts), CHUNK)
        for one in explain_contacts(settings, contacts[start : start + CHUNK], at, EVERY)
    }


def said_of_person(settings: Settings, person: int, at: datetime) -> Said | str:
    """What explain says of a person; the sentence if there is no such person."""
    try:
        verdicts = explain_person(settings, person, at, EVERY)
    except LodeError as error:
        return str(error)
    return {
        (one.contact.value, one.channel): (one.is_allowed, frozenset(map(repr, one.reasons)))
        for one in verdicts
    }


def check_suppressed(
    settings: Settings, told: Sequence[Told], said: Said, *, is_built: bool
) -> int:
    """No request is lifted but by a consent; returns how many hold."""
    mart = {
        (str(value), str(channel)): bool(allowed)
        for value, channel, allowed in table_rows(settings, "marts", MART)
    }
    held = 0
    for one in told:
        for contact in one.contacts():
            for channel in CHANNELS[contact.kind]:
                key = (contact.value, channel)
                if not one.is_suppressed(contact, channel):
                    continue
                is_allowed, reasons = said[key]
                assert not is_allowed, (one, key)
                assert any("'OPT_OUT'" in reason for reason in reasons), (one, key)
                assert not (is_built and mart.get(key, False)), (one, key)
                held += 1
    return held


def check_agreement(settings: Settings) -> int:
    """Mart, explain and export gate say the same of everybody now; returns of how many points."""
    at = utc_moment(None, "")
    mart: dict[str, dict[tuple[str, str], set[str]]] = {}
    golden = {int(str(row[0])) for row in table_rows(settings, "marts", VERDICTS)}
    for _, kind, value, channel, why in table_rows(settings, "marts", VERDICTS):
        codes = set(filter(None, str(why or "").split(",")))
        own = mart.setdefault(str(channel), {})
        own.setdefault((str(kind), str(value)), set()).update(codes)
    for channel, points in mart.items():
        contacts = [Contact(*point) for point in sorted(points)]
        explained = {
            (one.contact.kind, one.contact.value): {
                why.code for why in one.reasons if why.enforcement == "enforce"
            }
            for start in range(0, len(contacts), CHUNK)
            for one in explain_contacts(
                settings, contacts[start : start + CHUNK], at, (channel,), with_hours=False
            )
        }
        assert explained == points
        with connect("auditor", settings, schema="canonical") as connection:
            gate = points_of(connection, sorted(golden), channel, at)
        found = {one.value: set(one.reasons) for own in gate.values() for one in own}
        assert found == {value: codes for (_, value), codes in points.items()}
    return sum(map(len, mart.values()))


def run(settings: Settings) -> None:
    """Bring what was told into the marts, however much the histories make one."""
    run_pipeline(settings)
    run_dedup(settings, accepted="histories that merge at random")
    run_pipeline(settings)


def tell(settings: Settings, folder: Path, told: list[Told]) -> Teller:
    """Tell histories round by round, and check after each what was said before."""
    teller = Teller(settings, folder, told, len(PLAIN))
    run(settings)
    first = table_rows(settings, "canonical", "select id from persons order by id limit 6")
    contacts = [contact for one in told for contact in one.contacts()]
    past = Past(settings, contacts, [int(str(person)) for (person,) in first])
    rules = RuleFiles(folder / "rules", settings)
    past.ask()
    for turn in range(TURNS):
        teller.tell_at_once(turn)
        rules.change(RULES[turn])
        at = past.ask()
        check_suppressed(settings, told, past.points[at], is_built=False)
        teller.tell_by_file(turn)
        run(settings)
        teller.run_is_over()
        teller.done["suppressed"] += check_suppressed(
            settings, told, past.points[past.ask()], is_built=True
        )
        teller.done["answers again"] += past.check()
        teller.done["agreed"] += check_agreement(settings)
    return teller


def drawn(count: int) -> list[tuple[tuple[Step, ...], ...]]:
    """So many histories, each an example of its own."""
    found: list[tuple[tuple[Step, ...], ...]] = []

    @given(steps=histories(3))
    @hypothesis_settings(
        max_examples=count,
        derandomize=count <= 10,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def draw(steps: tuple[tuple[Step, ...], ...]) -> None:
        found.append(steps)

    draw()
    return found


@pytest.mark.timeout(900 + 30 * HISTORIES)
def test_no_history_lifts_a_request_or_changes_what_was_decided(
    warehouse: Settings, tmp_path: Path
) -> None:
    told = [Told(number, steps) for number, steps in enumerate([*PLAIN, *drawn(HISTORIES)])]
    done = tell(warehouse, tmp_path, told).done
    print(f"{len(told)} histories: {dict(done)}")
    wanted = (
        "request", "consent", "import", "merge", "unmerge", "replay", "undo", "sync", "list",
        "agreed",
    )  # fmt: skip
    assert {name for name in wanted if not done[name]} == set(), done
    assert done["suppressed"]
    assert done["answers again"]
