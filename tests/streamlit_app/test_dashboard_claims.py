"""What a login says of itself, and when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from streamlit_app.auth.claims import IDLE_LIMIT, is_expired, subject_of

NOW = datetime(2026, 3, 1, 12, 0, 0)
SECONDS = NOW.replace(tzinfo=timezone.utc).timestamp()


def test_a_verified_address_is_the_name() -> None:
    claims = {"email": " Ada@Example.com", "email_verified": True}
    assert subject_of(claims) == "ada@example.com"


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"email": "ada@example.com"},
        {"email": "ada@example.com", "email_verified": False},
        {"email": "ada@example.com", "email_verified": "false"},
        {"email": 7, "email_verified": True},
        {"email": " ", "email_verified": True},
        {"email": "local:root", "email_verified": True},
        {"email": "two words@example.com", "email_verified": True},
        {"email": "a" * 200, "email_verified": True},
    ],
)
def test_whom_the_provider_does_not_vouch_for_is_nobody(claims: dict[str, object]) -> None:
    assert subject_of(claims) is None


def test_another_claim_needs_no_verified_address() -> None:
    assert subject_of({"oid": "8F-7"}, "oid") == "8f-7"


def test_a_login_ends_by_its_own_word() -> None:
    assert not is_expired({"exp": SECONDS + 1}, NOW, None)
    assert is_expired({"exp": SECONDS}, NOW, NOW)


def test_a_login_ends_when_nobody_was_there() -> None:
    assert not is_expired({}, NOW, NOW - IDLE_LIMIT)
    assert is_expired({}, NOW, NOW - IDLE_LIMIT - timedelta(seconds=1))
    assert not is_expired({}, NOW, None)
