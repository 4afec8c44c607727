"""Fields of requests that name several mailboxes or numbers: every one of them is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lode.db import connect
from lode.dbt import DbtResult
from lode.settings import Settings
from tests.standardize.rendered_macros import load_seeds, render

pytestmark = pytest.mark.database

# What is seen in a field, in order; None at the end if it may name one that was not.
MAILBOXES: dict[str, list[str | None]] = {
    "a@example.com": [],
    "a@example.com; b@example.com": ["a@example.com", "b@example.com"],
    "a@example.com,b@example.org|c@example.net": [
        "a@example.com", "b@example.org", "c@example.net",
    ],
    "Ann <A@example.com>, Bob <mailto:b@example.com>.": ["a@example.com", "b@example.com"],
    '"Ash, Ann" <a@example.com>; "Bob" <b@example.com>': ["a@example.com", "b@example.com"],
    "'a@example.com', 'b@example.com'": ["a@example.com", "b@example.com"],
    "a@example.com/b@example.com&c@example.com": [
        "a@example.com", "b@example.com", "c@example.com",
    ],
    "a/b@example.com / c/d@example.org": ["a/b@example.com", "c/d@example.org"],
    "a@example.com or b@example.com and\nc@example.com\\d@example.com": [
        "a@example.com", "b@example.com", "c@example.com", "d@example.com",
    ],
    "(a@example.com) [b+x@example.com] _c@example.com": [
        "a@example.com", "b+x@example.com", "_c@example.com",
    ],
    "a@example.com + b@example.com +c@example.com": [
        "a@example.com", "b@example.com", "c@example.com",
    ],
    "o'brien@example.com; stanisław@bücher.example": [
        "o'brien@example.com", "stanisław@bücher.example",
    ],
    "a@example.com; nobody@": ["a@example.com", None],
    "a@example.com; none@none.com": ["a@example.com", None],
    "a@example.com@example.org": ["a@example.com", None],
    "@ @": [None],
    "a@example.com\u200b;\u00a0b@example.com": ["a@example.com", "b@example.com"],
}  # fmt: skip
ONE, TWO = "+12025550101", "+12025550102"
NUMBERS: dict[str, list[str | None]] = {
    "202-555-0101": [],
    "+1 (202) 555-0101 ext. 5": [],
    "(202) 555-0101 / home": [],
    "202-555-0101 x5/6 or x7 ext 12345": [ONE],
    "202-555-0101 / 202-555-0102": [ONE, TWO],
    "2025550101 2025550102": [ONE, TWO],
    "202 555 0101 202 555 0102": [ONE, TWO],
    "202/555-0101/202/555-0102": [ONE, TWO],
    "2025550101,2025550102;+442079460018": [ONE, TWO, "+442079460018"],
    "(202) 555-0101 & 1-202-555-0102|+1 202.555.0103": [ONE, TWO, "+12025550103"],
    "202-555-0101 or 202-555-0102 and (737) 555-0103": [ONE, TWO, "+17375550103"],
    "home: 202-555-0101, cell: 202-555-0102": [ONE, TWO],
    "202-555-0101 x5 cell 202-555-0102": [ONE, TWO],
    "202-555-0101 x5\n202-555-0102": [ONE, TWO],
    "202-555-0101 ext 5 / 202-555-0102 ext 6": [ONE, TWO],
    "+44 20 7946 0018 / 202-555-0101": ["+442079460018", ONE],
    "202-555-0101 / +44 (0)20 7946 0018": [ONE, "+442079460018"],
    "+442079460018/+442079460019": ["+442079460018", "+442079460019"],
    "2025550101+12025550102": [ONE, TWO],
    "2025550101 + 202-555-0102": [ONE, TWO],
    "2025550101+2025550102": [ONE, TWO],
    "0044 20 7946 0018 / 011 44 20 7946 0019": ["+442079460018", "+442079460019"],
    "202-555-0044 / 202-555-0102": ["+12025550044", TWO],
    "+44 2025550102 / +44 (0) 2025550103": ["+442025550102", "+442025550103"],
    "+49 711 12345678": ["+4971112345678"],
    "+49 7112/123456789": ["+497112123456789"],
    "1-800-FLOWERS / 202-555-0101": ["+18003569377", ONE],
    "202-555-0101, 555-0102": [ONE, None],
    "202-555-0101/0102": [ONE, None],
    "202-555-0101 / 911-555-0102": [ONE, None],
    "202-555-0101 / 888-888-8888": [ONE],
    "20255501012025550102": [None],
    "2025550101 / ２０２５５５０１０２": [ONE, None],
}  # fmt: skip


class Seen:
    """What the macro sees in texts, on the engine under test."""

    def __init__(self, dbt: Callable[..., DbtResult], warehouse: Settings) -> None:
        load_seeds(dbt, warehouse)
        self.warehouse = warehouse
        (self.ctes,) = render(dbt, warehouse, ["named_points([('said', ['email'], ['phone'])])"])

    def __call__(self, column: str, texts: Sequence[str]) -> list[list[str | None]]:
        """Return the points of each text, in order; None at the end if a part was not read."""
        with connect("transformer", self.warehouse, schema="staging", autocommit=True) as session:
            cursor = session.cursor()
            cursor.execute("drop table if exists texts")
            cursor.execute(
                "create table texts (record_id int primary key, email text, phone text)"
                " default character set utf8mb4 collate utf8mb4_bin"
            )
            cursor.executemany(
                f"insert into texts (record_id, {column}) values (%s, %s)", list(enumerate(texts))
            )
            cursor.execute(
                f"with said as (select * from texts), {self.ctes}"
                " select record_id, coalesce(email, phone_e164), is_unread"
                " from named_points order by record_id, part_number"
            )
            rows = cursor.fetchall()
            cursor.execute("drop table texts")
        found: list[list[str | None]] = [[] for _ in texts]
        for record, point, _ in rows:
            found[record] += [point] if point else []
        for record in {record for record, _, is_unread in rows if is_unread}:
            found[record].append(None)
        return found


@pytest.fixture(scope="module")
def seen(dbt: Callable[..., DbtResult], warehouse_module: Settings) -> Seen:
    return Seen(dbt, warehouse_module)


def test_every_mailbox_is_seen(seen: Seen) -> None:
    assert dict(zip(MAILBOXES, seen("email", list(MAILBOXES)), strict=True)) == MAILBOXES


def test_every_number_is_seen(seen: Seen) -> None:
    assert dict(zip(NUMBERS, seen("phone", list(NUMBERS)), strict=True)) == NUMBERS


LOCALS = st.from_regex(r"[a-z0-9]([._+'/-]?[a-z0-9]){0,5}", fullmatch=True)
DOMAINS = st.sampled_from(["example.com", "example.org", "mail.example.net"])
APART = ["; ", ";", ",", ", ", " ", " / ", "/", "&", " | ", " or ", " and ", "\n", "\t", "  +  "]


@st.composite
def fields(draw: st.DrawFn) -> tuple[str, set[str | None]]:
    """A field that names some mailboxes, some with the name of who has it, and those mailboxes."""
    text, named = "", set()
    for _ in range(draw(st.integers(2, 5))):
        mailbox = f"{draw(LOCALS)}@{draw(DOMAINS)}"
        named.add(mailbox)
        before = draw(st.sampled_from(APART)) if text else ""
        text += before + draw(st.sampled_from([mailbox, f"Ann Ash <{mailbox}>", f"({mailbox})"]))
    return text, named


@st.composite
def number_fields(draw: st.DrawFn) -> tuple[str, set[str | None]]:
    """A field that names some numbers, written in any way, and those numbers."""
    text, named = "", set()
    for _ in range(draw(st.integers(2, 4))):
        last = f"{draw(st.integers(100, 199)):04}"
        form = draw(st.sampled_from(["202-555-{}", "(202) 555-{}", "202555{}", "+1 202.555.{}"]))
        named.add(f"+1202555{last}")
        text += (draw(st.sampled_from(APART)) if text else "") + form.format(last)
        text += draw(st.sampled_from(["", "", " ext 5", " (home)", "x12"]))
    return text, named


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(fields(), min_size=30, max_size=60),
    st.lists(number_fields(), min_size=30, max_size=60),
)
def test_every_mailbox_and_number_of_any_field_is_seen(
    seen: Seen,
    mailboxes: list[tuple[str, set[str | None]]],
    numbers: list[tuple[str, set[str | None]]],
) -> None:
    for column, named in (("email", mailboxes), ("phone", numbers)):
        seen_there = seen(column, [text for text, _ in named])
        # What a blank behind an extension hides is told: the record is an error then.
        wrong = [
            (text, found)
            for (text, wanted), found in zip(named, seen_there, strict=True)
            if set(found) - {None} != wanted and (column == "email" or None not in found)
        ]
        assert wrong == []
