"""Numbers: one owner each, fictional where promised, far enough apart in small sets."""

from __future__ import annotations

import numpy as np
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lode.sample.geography import load_geography
from lode.sample.phones import STYLE_WEIGHTS, NumberPlan, spoil, write_numbers
from lode.sample.text import column

CODES = load_geography().area_codes
FICTION, OPEN = NumberPlan(CODES, is_fiction=True), NumberPlan(CODES, is_fiction=False)
wishes = st.lists(st.integers(0, len(CODES) - 1), min_size=1, max_size=400)


@given(wishes, st.booleans())
def test_no_number_is_given_twice(wanted: list[int], is_fiction: bool) -> None:
    plan = FICTION if is_fiction else OPEN
    numbers = plan.give_out(np.array(wanted, dtype=np.int64))
    assert len(np.unique(numbers)) == len(wanted)


@given(wishes)
def test_fictional_numbers_are_in_the_reserved_block(wanted: list[int]) -> None:
    for number in FICTION.give_out(np.array(wanted, dtype=np.int64)).tolist():
        assert 5_550_100 <= number % 10_000_000 <= 5_550_199
        assert number // 10_000_000 in CODES


def test_the_whole_fictional_pool_can_be_given_out() -> None:
    wanted = np.zeros(len(CODES) * 100, dtype=np.int64)
    assert len(np.unique(FICTION.give_out(wanted))) == len(wanted)


def test_one_code_is_not_exhausted_by_half_a_million_people() -> None:
    numbers = OPEN.give_out(np.zeros(500_000, dtype=np.int64))
    assert len(np.unique(numbers)) == 500_000


@given(wishes)
def test_small_sets_have_no_two_numbers_one_digit_apart(wanted: list[int]) -> None:
    numbers = FICTION.give_out(np.array(wanted, dtype=np.int64)).tolist()
    taken = set(numbers)
    for number in numbers:
        for place in range(10):
            unit = 10**place
            digit = number // unit % 10
            others = {number + (other - digit) * unit for other in range(10) if other != digit}
            assert not others & taken


@pytest.mark.parametrize("plan", [FICTION, OPEN])
def test_numbers_are_valid_us_numbers(plan: NumberPlan) -> None:
    numbers = plan.give_out(np.arange(2 * len(CODES), dtype=np.int64) % len(CODES))
    for number in numbers.tolist():
        parsed = phonenumbers.parse(f"+1{number}")
        assert phonenumbers.is_valid_number(parsed), number


@given(st.integers(0, len(CODES) - 1), st.integers(0, 2**64 - 1))
def test_a_slip_stays_fictional_and_changes_the_number(code: int, bits: int) -> None:
    number = str(FICTION.give_out(np.array([code]))[0])
    wrong = spoil(is_fiction=True)(number, bits)
    assert wrong != number
    assert len(wrong) == 9 or (len(wrong) == 10 and wrong[3:8] == "55501")


def test_every_style_shows_the_number() -> None:
    count = len(STYLE_WEIGHTS)
    written = write_numbers(column(["2125550143"] * count), np.arange(count)).to_pylist()
    assert len(set(written)) == count
    for text in written[:-1]:
        assert "2125550143" in "".join(letter for letter in text if letter.isdigit())
    assert written[-1] == "555-0143"
