"""Random histories told to a warehouse by the services that people use, many side by side.

Each history has three people of its own, with a number, a mailbox and an address each, so that one
run of dbt serves all of them. All three have one name and live apart: only a record that bridges
them, or a decision, makes them one.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hypothesis import strategies as st

from dedup.decisions import Signature, decide_pair, unmerge
from loaders.dnc.load import DncRequest, load_registry
from loaders.load import load_file
from loaders.replay import FULL, replay
from loaders.undo import undo
from lode.comply import Contact, contact_of, utc_moment
from lode.errors import LodeError
from lode.phone_lines import add_lines
from lode.settings import Settings
from lode.suppression import OptOut, add_consents, add_opt_out, consent_of
from tests.models.raw_rows import table_rows
from tests.models.reference_decision import reached

WHO = (0, 1, 2)
AREAS, ZIPS = ("512", "213", "303"), ("78701", "90001", "80201")
TYPES = ("mobile", "landline", "voip", "")
SIGNATURE = Signature("ann", "they said so")
# What may happen, and to whom; `more` is another person, a channel, a type of line, or a file.
Step = tuple[str, int, str]
AT_ONCE: list[Step] = [
    *itertools.product(["request"], WHO, ["call", "sms", "email", "mail", "all", "person"]),
    *itertools.product(["consent"], WHO, ["call", "sms", "email", "mail"]),
    *itertools.product(["line"], WHO, TYPES[:3]),
    *itertools.product(["merge"], WHO, "12"),
    *itertools.product(["unmerge"], WHO, "1"),
    *itertools.product(["list"], WHO, ["national", "state_tx", "litigator", ""]),
]
BY_FILE: list[Step] = [
    *itertools.product(["import"], WHO, "012"),
    *itertools.product(["sync"], WHO, TYPES),
    *itertools.product(["replay", "undo"], WHO, "0"),
    *itertools.product(["request file"], WHO, ["call", "email", "mail", "all"]),
]
# Half of what happens makes somebody one or two, or takes a file out and in.
EITHER = [one for one in [*AT_ONCE, *BY_FILE] if one[0] in ("merge", "unmerge", "undo", "replay")]


@dataclass
class Told:
    """A history: its steps round by round, and what was told so far."""

    number: int
    rounds: tuple[tuple[Step, ...], ...]
    said: list[tuple[str, str, datetime]] = field(default_factory=list)
    consents: list[tuple[tuple[str, str], datetime]] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    line_count: int = 0

    def phone(self, who: int) -> str:
        """The number of one of the three; no two are alike, also to a model that compares them."""
        place = self.number * len(WHO) + who
        return f"{AREAS[who]}{2 + place % 8}{place // 8 % 10}2{place * 6_007 % 10_000:04d}"

    def word(self, what: str) -> str:
        """A word of the history's own, as long as a name."""
        digest = hashlib.sha256(f"{what} {self.number}".encode()).digest()
        return "".join(chr(97 + byte % 26) for byte in digest[:8])

    def email(self, who: int) -> str:
        """The mailbox of one of the three."""
        return f"{self.word(f'mailbox {who}')}@example.com"

    def home(self, who: int) -> str:
        """The house and street of one of the three."""
        return f"{self.number % 900 + 1} {self.word(f'street {who}')} St"

    def point(self, who: int, channel: str) -> Contact:
        """The contact point of one of the three that a channel leads to."""
        if channel == "mail":
            return Contact("address", f"{self.home(who).upper()}, Austin, TX {ZIPS[who]}")
        if channel == "email":
            return contact_of(None, self.email(who))
        return contact_of(self.phone(who), None)

    def contacts(self) -> list[Contact]:
        """All contact points of the history."""
        return [self.point(who, channel) for channel in ("call", "email", "mail") for who in WHO]

    def record(self, who: int, other: int, kind: str, day: str) -> str:
        """A line of a file of people: the mailbox of one, the number of the same or another."""
        self.line_count += 1
        home = f"{self.home(who)},Austin,TX,{ZIPS[who]}"
        name = f"{self.word('id')}{self.line_count},{self.word('first')},{self.word('last')}"
        return f"{name},{self.email(who)},{self.phone(other)},{kind},{home},{day}\n"

    def is_suppressed(self, contact: Contact, channel: str) -> bool:
        """Whether a request stops the channel and no dated consent for it came after."""
        return any(
            value == contact.value
            and channel in reached(asked)
            and not any(given == (value, channel) and when > at for given, when in self.consents)
            for value, asked, at in self.said
        )


@st.composite
def histories(draw: st.DrawFn, rounds: int) -> tuple[tuple[Step, ...], ...]:
    """The steps of one history: up to three in each round."""
    steps = st.lists(
        st.sampled_from(AT_ONCE) | st.sampled_from(BY_FILE) | st.sampled_from(EITHER),
        min_size=1, max_size=3,
    )  # fmt: skip
    return tuple(tuple(draw(steps)) for _ in range(rounds))


HEADER = "id,first name,last name,email,phone,phone type,street,city,state,zip,source date\n"
MERGED = (
    "select id from persons where golden_person_id <> id and record_count > 0 and id in %s"
    " order by id"
)


class Teller:
    """Tells histories to a warehouse, and counts what was done and what was refused."""

    def __init__(self, settings: Settings, folder: Path, told: list[Told], own: int) -> None:
        """Begin with files of three people each: of the first `own` and every second after them.

        The people of the others come in one file that stays.
        """
        self.settings, self.folder, self.told = settings, folder, told
        self.done: Counter[str] = Counter()
        self.files = 0
        self.listed: dict[str, set[str]] = {
            "national": set(),
            "state_tx": set(),
            "litigator": set(),
        }
        shared = ""
        for place, one in enumerate(told):
            lines = "".join(one.record(who, who, TYPES[who], "2026-01-05") for who in WHO)
            if place < own or place % 2 == 0:
                self._load(one, "people", HEADER + lines)
            else:
                shared += lines
        self._load(None, "people", HEADER + shared)

    def tell_at_once(self, turn: int) -> None:
        """Tell what counts without a run, and decide who is who; each list has a new version."""
        for one, (name, who, more) in self._steps(turn, AT_ONCE):
            now = utc_moment(None, "")
            contact = one.point(who, more)
            if name == "request":
                self._request(one, contact, who, more, now)
            elif name == "consent":
                given = {"kind": "consent", "channel": more, "happened_at": now.isoformat()}
                add_consents(self.settings, [consent_of(given, contact)])
                one.consents.append(((contact.value, more), now))
            elif name == "line":
                add_lines(self.settings, [(contact.value, now.date(), more)], f"feed {turn}")
            elif name == "list":
                # On one list, or off all of them.
                for known, numbers in self.listed.items():
                    (numbers.add if known == more else numbers.discard)(one.phone(who))
            elif not self._regroup(one, name, who, (who + int(more or 1)) % 3):
                self.done[f"{name} refused"] += 1
                continue
            self.done[name] += 1
        self._load_lists(turn)

    def _load_lists(self, turn: int) -> None:
        """Load all lists as they are by now; of whom nobody is left on, there is no new version."""
        codes = tuple(map(int, AREAS))
        for name, numbers in self.listed.items():
            if numbers:
                path = self.folder / f"{name}_{turn}.txt"
                path.write_text("".join(f"{number}\n" for number in sorted(numbers)))
                today = utc_moment(None, "").date()
                account = "12345" if name == "national" else None
                asked = DncRequest(name, account, today, codes, accepts_fewer=True)
                load_registry(path, self.settings, asked)

    def tell_by_file(self, turn: int) -> None:
        """Tell what counts with the next run."""
        for one, (name, who, more) in self._steps(turn, BY_FILE):
            day = f"2026-0{turn + 2}-05"
            if name == "import":
                self._load(one, "people", HEADER + one.record(who, int(more), "", day))
            elif name == "sync":
                lines = [one.record(each, each, more, day) for each in WHO]
                self._load(one, "people", HEADER + "".join(lines))
            elif name == "request file":
                now = utc_moment(None, "")
                asked = [one.point(who, channel).value for channel in ("call", "email", "mail")]
                # A file that came before, to the byte, says nothing new: each is another one.
                said = f'{asked[0]},{asked[1]},"{asked[2]}",{more},list {self.files}'
                self._load(one, "opt_outs", f"phone,email,address,channel,reason\n{said}\n")
                one.said += [(value, more, now) for value in asked]
            elif not self._take_out_or_in(one, name, who):
                self.done[f"{name} refused"] += 1
                continue
            self.done[name] += 1

    def _steps(self, turn: int, known: list[Step]) -> list[tuple[Told, Step]]:
        names = {step[0] for step in known}
        return [(one, step) for one in self.told for step in one.rounds[turn] if step[0] in names]

    def _request(self, one: Told, contact: Contact, who: int, channel: str, now: datetime) -> None:
        if channel != "person":
            add_opt_out(self.settings, OptOut(contact, None, channel, "call", None, now))
            one.said.append((contact.value, channel, now))
        elif person := self._person(one, who):
            add_opt_out(self.settings, OptOut(None, person, "all", "letter", None, now))

    def _regroup(self, one: Told, name: str, who: int, other: int) -> bool:
        """Decide that two are one, or take one out of its group; a contradiction is refused."""
        people = [self._person(one, each) for each in (who, other, 3 - who - other)]
        try:
            if name == "merge" and people[0] and people[1]:
                decide_pair(self.settings, people[0], people[1], "link", SIGNATURE)
                return True
            for (person,) in table_rows(self.settings, "canonical", MERGED, [people]):
                if name == "unmerge":
                    unmerge(self.settings, int(str(person)), None, SIGNATURE)
                    return True
        except LodeError:
            pass
        return False

    def _take_out_or_in(self, one: Told, name: str, who: int) -> bool:
        """Undo or replay one of the history's files of people, unless it is being undone."""
        files = sorted(name for name, state in one.imports.items() if state != "undoing")
        if not files:
            return False
        import_id = files[who % len(files)]
        if name == "undo":
            undo(import_id, self.settings, by="ann", reason="wrong list")
        else:
            replay(import_id, self.settings, FULL, by="ann")
        one.imports[import_id] = "undoing" if name == "undo" else "loaded"
        return True

    def run_is_over(self) -> None:
        """Note that what was being undone is undone."""
        for one in self.told:
            one.imports = dict.fromkeys(one.imports, "loaded")

    def _load(self, one: Told | None, feed: str, text: str) -> None:
        self.files += 1
        path = self.folder / f"{feed}_{self.files}.csv"
        path.write_text(text, encoding="utf-8")
        done = load_file(path, self.settings, mapping=feed)
        if one and feed == "people":
            one.imports[done.import_id] = "loaded"

    def _person(self, one: Told, who: int) -> int | None:
        query = "select min(person_id) from email_addresses where email = %s"
        ((person,),) = table_rows(self.settings, "canonical", query, [one.email(who)])
        return None if person is None else int(str(person))
