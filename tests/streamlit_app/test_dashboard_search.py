"""What was typed into the search, understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamlit_app.queries.search import (
    MAXIMUM_PERSON_ID,
    ByContact,
    ByName,
    ByPersonId,
    NameSplit,
    NotSearchable,
    parse_search,
    person_id_of,
)


@pytest.mark.parametrize(
    "typed",
    [
        "(217) 555-0143",
        "217.555.0143",
        "217-555-0143",
        "2175550143",
        "1 217 555 0143",
        "+1 (217) 555 0143",
        "tel:+1-217-555-0143",
        "217 555 0143 ext 12",
        "217-555-0143 x9",
        "２１７５５５０１４３",
        "\u202a217\u00a0555\u20110143\u202c",
        "12175550143",
    ],
)
def test_a_phone_in_any_form_is_one_number(typed: str) -> None:
    assert parse_search(typed) == ByContact("phone", "+12175550143")


def test_a_foreign_phone_needs_its_plus() -> None:
    assert parse_search("+44 20 7946 0143") == ByContact("phone", "+442079460143")


@pytest.mark.parametrize("typed", [" Asha@Example.COM ", "mailto:asha@example.com"])
def test_an_address_with_an_at_is_an_exact_mailbox(typed: str) -> None:
    assert parse_search(typed) == ByContact("email", "asha@example.com")


@pytest.mark.parametrize(
    ("typed", "person_id"),
    [
        ("10000000001", 10_000_000_001),
        ("#42", 42),
        ("# 10000000001", 10_000_000_001),
        ("440000000123", 440_000_000_123),
        ("18446744073709551615", 2**64 - 1),
    ],
)
def test_long_bare_digits_and_marked_ones_are_ids(typed: str, person_id: int) -> None:
    assert parse_search(typed) == ByPersonId(person_id)


@pytest.mark.parametrize(
    ("typed", "splits"),
    [
        ("Miller", [NameSplit("Miller", is_last_name_prefix=True)]),
        ("Li", [NameSplit("Li")]),
        ("Miller, Jo", [NameSplit("Miller", "Jo")]),
        ("Miller , Jo Ann", [NameSplit("Miller", "Jo")]),
        ("Miller,", [NameSplit("Miller")]),
        ("Jo Miller", [NameSplit("Miller", "Jo"), NameSplit("Jo Miller")]),
        (
            "Zoë Van Dyke",
            [NameSplit("Dyke", "Zoë"), NameSplit("Van Dyke", "Zoë"), NameSplit("Zoë Van Dyke")],
        ),
        ("O'Neil-Smith", [NameSplit("O'Neil-Smith", is_last_name_prefix=True)]),
        ("李小龙", [NameSplit("李小龙", is_last_name_prefix=True)]),
    ],
)
def test_names_in_every_order(typed: str, splits: list[NameSplit]) -> None:
    assert parse_search(typed) == ByName(tuple(splits))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type a last name"),
        ("  \u200b ", "Type a last name"),
        ("x", "at least 2 letters"),
        (", Jo", "before the comma"),
        ("a@b", "not complete"),
        ("@", "not complete"),
        ("555 0143", "neither a phone number"),
        ("18446744073709551616", "neither a phone number"),
        ("Miller 42", "number and a name together"),
        ("x" * 101, "longer than 100"),
        ("x" * 10_000_000, "longer than 100"),
        ("%_!", "at least 2 letters"),
    ],
)
def test_what_can_not_be_searched_is_told(typed: str, words: str) -> None:
    found = parse_search(typed)
    assert isinstance(found, NotSearchable)
    assert words in found.sentence


@given(st.text(max_size=300))
def test_no_text_whatever_is_an_error(typed: str) -> None:
    found = parse_search(typed)
    if isinstance(found, ByContact):
        assert found.value == found.value.strip()
    if isinstance(found, ByName):
        assert found.splits
        assert all(split.last_name.strip() for split in found.splits)


@given(
    st.integers(2, 9),
    st.integers(0, 99),
    st.integers(0, 99),
    st.sampled_from(["{}{}{}", "({}) {}-{}", "{}.{}.{}", "+1 {} {} {}", "1-{}-{}-{}"]),
)
def test_every_form_of_a_fictional_number_is_the_same_number(
    first: int, area: int, line: int, form: str
) -> None:
    code = f"{first}{area:02d}"
    number = f"01{line:02d}"
    found = parse_search(form.format(code, "555", number))
    assert found == ByContact("phone", f"+1{code}555{number}")


@given(st.integers(0, 2**66), st.integers(0, 5_000))
def test_an_id_is_what_the_table_can_hold_however_long_the_text(number: int, zeros: int) -> None:
    found = person_id_of("0" * zeros + str(number))
    assert found in (None, number)
    if not zeros:
        assert found == (number if 0 < number <= MAXIMUM_PERSON_ID else None)
