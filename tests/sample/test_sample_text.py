"""Text columns, random numbers and slips of the finger."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lode.sample.randomness import Randomness
from lode.sample.text import column, take, words
from lode.sample.typing_slips import break_mailbox, misspell, misspell_mailbox

texts = st.lists(st.sampled_from(["", "a", "Bo", "c d"]), min_size=3, max_size=3)
bits = st.integers(0, 2**64 - 1)


@given(st.lists(texts, min_size=1, max_size=20))
def test_words_joins_what_is_there(rows: list[list[str]]) -> None:
    columns = [column(list(values)) for values in zip(*rows, strict=True)]
    expected = [" ".join(value for value in row if value) for row in rows]
    assert words(*columns).to_pylist() == expected


def test_take_gives_nothing_for_a_negative_place() -> None:
    assert take(column(["a", "b"]), np.array([1, -1, 0])).to_pylist() == ["b", "", "a"]


@given(st.text(alphabet="abcdefgXYZéñ '-", min_size=1, max_size=12), bits)
def test_a_misspelling_is_one_small_slip(word: str, number: int) -> None:
    wrong = misspell(word, number)
    assert abs(len(wrong) - len(word)) <= 1
    assert wrong == misspell(word, number)


@given(st.from_regex(r"[a-z]{3,8}[0-9]{0,2}@mail\.example\.com", fullmatch=True), bits)
def test_a_misspelt_mailbox_stays_in_a_reserved_domain(mailbox: str, number: int) -> None:
    assert misspell_mailbox(mailbox, number).endswith(".example.com")


@given(bits)
def test_a_broken_mailbox_is_none(number: int) -> None:
    user, at, domain = break_mailbox("jo@mail.example.com", number).partition("@")
    assert not (user and at and domain) or "@" in domain


@given(st.integers(-(2**63), 2**63), st.lists(st.integers(0, 2**40), min_size=1, max_size=30))
def test_chance_does_not_depend_on_what_else_is_asked(seed: int, index: list[int]) -> None:
    random = Randomness(seed)
    together = random.below("x", np.array(index), 1000).tolist()
    alone = [int(random.below("x", np.array([one]), 1000)[0]) for one in index]
    assert together == alone
    assert all(0 <= value < 1000 for value in together)


def test_draws_follow_their_weights() -> None:
    index = np.arange(100_000)
    counts = np.bincount(Randomness(4).pick("x", index, np.array([1, 0, 3])), minlength=3)
    assert counts[1] == 0
    assert abs(counts[0] / 100_000 - 0.25) < 0.01


def test_streams_are_independent() -> None:
    index = np.arange(50_000)
    random = Randomness(4)
    pairs = np.corrcoef(random.unit("a", index), random.unit("b", index))
    neighbours = np.corrcoef(random.unit("a", index[1:]), random.unit("a", index[:-1]))
    assert abs(pairs[0, 1]) < 0.02
    assert abs(neighbours[0, 1]) < 0.02
