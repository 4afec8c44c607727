"""The brief's tiers and its score, against the brief's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from dedup.score import TIERS, Side, match_reason, match_score


def side(first: str = "john", last: str = "smith", **more: object) -> Side:
    values = {"emails": (), "phones": (), "zip": "", "address": ""} | more
    return Side(first, last, **values)  # type: ignore[arg-type]


MAIL = {"emails": ("j@example.com",)}
PHONE = {"phones": ("+15125550101",)}


@pytest.mark.parametrize(
    ("a", "b", "score"),
    [
        (side(), side(), 20),
        (side(**MAIL), side(**MAIL), 60),
        (side(**MAIL, **PHONE, zip="78701"), side(**MAIL, **PHONE, zip="78701"), 100),
        (side("jon"), side("john"), 15),
        (side("jo"), side("john"), 10),
        (side("joanna"), side("john"), 0),
        (side("", ""), side("", ""), 0),
        (side("anna", **PHONE), side("peter", **PHONE), 30),
        (side("anna", zip="78701"), side("peter", zip="78701"), 10),
        (side("anna", zip=""), side("peter", zip=""), 0),
    ],
)
def test_score_is_the_briefs(a: Side, b: Side, score: float) -> None:
    assert match_score(a, b) == score


TEXT = st.text("abc", max_size=5)
SIDES = st.builds(
    Side,
    first_name=TEXT,
    last_name=TEXT,
    emails=st.lists(st.sampled_from(["a@x.com", "b@x.com"]), max_size=1).map(tuple),
    phones=st.lists(st.sampled_from(["+15125550101", "+12125550101"]), max_size=1).map(tuple),
    zip=st.sampled_from(["", "78701", "10001"]),
    address=TEXT,
)


def brief_score(a: Side, b: Side) -> float:
    """The brief's function in its own steps, for one value of each kind."""
    score = 0.0
    if a.emails and b.emails and a.emails[0].lower() == b.emails[0].lower():
        score += 40
    if a.phones and b.phones and a.phones[0] == b.phones[0]:
        score += 30
    distance = Levenshtein.distance(a.name, b.name)
    if a.name and b.name and distance <= 2:
        score += 20 - distance * 5
    if a.zip and b.zip and a.zip == b.zip:
        score += 10
    return score


@given(SIDES, SIDES)
def test_score_agrees_with_the_briefs_steps(a: Side, b: Side) -> None:
    assert match_score(a, b) == brief_score(a, b) == match_score(b, a)
    assert 0 <= match_score(a, b) <= 100
    assert match_reason(a, b) == match_reason(b, a)


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        (side(**MAIL, **PHONE), side(**MAIL, **PHONE), "tier_1_email"),
        (side("anna", **PHONE), side("peter", **PHONE), "tier_1_phone"),
        (side(zip="78701"), side(zip="78701"), "tier_2_name_zip"),
        (
            side(phones=("+15125550101",)),
            side(phones=("+12125550101",)),
            "tier_2_name_phone7",
        ),
        (
            side("jon", address="12 HIGHLAND AUSTIN"),
            side("john", address="12 HIGHLAD AUSTIN"),
            "tier_3_name_address",
        ),
        (
            side("johnny", "smithson", emails=("a@example.com",)),
            side("john", "smithson", emails=("b@example.com",)),
            "tier_3_email_domain_name",
        ),
        (side("anna", "able"), side("peter", "baker"), "model"),
    ],
)
def test_reason_is_the_best_tier(a: Side, b: Side, reason: str) -> None:
    assert match_reason(a, b) == reason


def test_codes_fit_the_column_and_are_distinct() -> None:
    codes = [tier.code for tier in TIERS]
    assert len(set(codes)) == len(codes)
    assert all(len(code) <= 100 for code in codes)
