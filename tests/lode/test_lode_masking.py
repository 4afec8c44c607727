"""Masks of contact values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lode.masking import mask_contact


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("phone", "+12175550143", "+1••••••••43"),
        ("phone", "+442079460143", "+44••••••••43"),
        ("phone", "2175550143", "21••••••43"),
        ("phone", "911", "•••"),
        ("phone", "", "•••"),
        ("email", "asha@example.com", "a•••@e•••.com"),
        ("email", "a@b.example.org", "a•••@b•••.org"),
        ("email", "a@localhost", "a•••@•••"),
        ("email", "no mailbox", "•••"),
        ("email", "@example.com", "•••"),
        ("address", "12 N OAK ST, APT 4, ERIE, PA 16501", "•••, ERIE, PA 165••"),
        ("address", "12 N OAK ST, ERIE", "•••, ERIE"),
        ("address", "12 N OAK ST", "•••"),
        ("fax", "+12175550143", "•••"),
    ],
)
def test_masks(kind: str, value: str, masked: str) -> None:
    assert mask_contact(kind, value) == masked


@given(st.from_regex(r"\+[1-9][0-9]{9,14}", fullmatch=True))
def test_a_masked_phone_keeps_its_length_and_at_most_four_digits(value: str) -> None:
    masked = mask_contact("phone", value)
    assert len(masked) == len(value)
    assert sum(character.isdigit() for character in masked) <= 4


@given(st.from_regex(r"[a-z0-9.]{2,20}@[a-z0-9-]{2,20}\.(com|org|net)", fullmatch=True))
def test_a_masked_mailbox_does_not_hold_the_mailbox(value: str) -> None:
    mailbox, _, host = value.partition("@")
    masked_mailbox, _, masked_host = mask_contact("email", value).partition("@")
    assert masked_mailbox == f"{mailbox[0]}•••"
    assert host not in masked_host
