"""Columns of text as Arrow arrays: the few operations that the sample needs, a column at a time.

An empty string stands for "no value" everywhere; nulls never leave this module.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lode.sample.randomness import Flags, Integers

Text: TypeAlias = Any  # pyarrow.StringArray; pyarrow ships no types


def column(values: Sequence[str]) -> Text:
    """A text column of the given values."""
    return pa.array(values, type=pa.string())


def constant(value: str, length: int) -> Text:
    """The same value `length` times."""
    return pa.array([value], type=pa.string()).take(pa.array(np.zeros(length, dtype=np.int64)))


def take(pool: Text, index: Integers) -> Text:
    """pool[index] for each index; an index below 0 gives the empty string."""
    missing = index < 0
    picked = pool.take(pa.array(index, mask=missing if missing.any() else None))
    return pc.fill_null(picked, "") if missing.any() else picked


def when(mask: Flags, yes: Text | str, no: Text | str) -> Text:
    """`yes` where the mask is true, else `no`; columns or single values."""
    return pc.if_else(pa.array(mask), yes, no)


def choose(index: Integers, options: Sequence[Text]) -> Text:
    """options[index] row by row."""
    return pc.choose(pa.array(index), *options)


def join(*parts: Text | str) -> Text:
    """The parts of each row one after the other."""
    return pc.binary_join_element_wise(*parts, "")


def words(*parts: Text, separator: str = " ") -> Text:
    """The parts of each row that are not empty, with a separator between them.

    Not by Arrow's own skipping of nulls, which loses the rows in which every part is null.
    """
    result = parts[0]
    for following in parts[1:]:
        either_empty = pc.or_(pc.equal(result, ""), pc.equal(following, ""))
        result = join(result, pc.if_else(either_empty, "", separator), following)
    return result


def digits(values: NDArray[Any], width: int = 1) -> Text:
    """Whole numbers as text, padded with zeros on the left."""
    return pc.utf8_lpad(pc.cast(pa.array(values), pa.string()), width, padding="0")


def part(values: Text, start: int, stop: int | None = None) -> Text:
    """Characters start to stop of each row."""
    return pc.utf8_slice_codeunits(values, start, stop)


def upper(values: Text) -> Text:
    """Each row in capitals."""
    return pc.utf8_upper(values)


def lower(values: Text) -> Text:
    """Each row in small letters."""
    return pc.utf8_lower(values)


def replace(values: Text, old: str, new: str) -> Text:
    """Each row with every `old` replaced."""
    return pc.replace_substring(values, pattern=old, replacement=new)


def is_empty(values: Text) -> Flags:
    """True where there is no value."""
    return np.asarray(pc.equal(values, "").to_numpy(zero_copy_only=False), dtype=np.bool_)


def equals(left: Text, right: Text) -> Flags:
    """True where both columns hold the same text."""
    return np.asarray(pc.equal(left, right).to_numpy(zero_copy_only=False), dtype=np.bool_)


def position_in(values: Text, options: Sequence[str]) -> Integers:
    """Where each value stands among the options; -1: it is none of them."""
    found = pc.fill_null(pc.index_in(values, value_set=column(options)), -1)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def starts_with(values: Text, prefix: str) -> Flags:
    """True where the row begins with the prefix."""
    found = pc.starts_with(values, pattern=prefix)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def edit(
    values: Text, mask: Flags, function: Callable[[str, int], str], bits: NDArray[np.uint64]
) -> Text:
    """Rows under the mask passed through function(value, random bits); the others as they are."""
    if not mask.any():
        return values
    picked = values.filter(pa.array(mask)).to_pylist()
    changed = [
        function(value, number) for value, number in zip(picked, bits[mask].tolist(), strict=True)
    ]
    return pc.replace_with_mask(values, pa.array(mask), column(changed))


def fold(value: str) -> str:
    """The value without accents (é → e)."""
    decomposed = unicodedata.normalize("NFKD", value)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def bare(value: str) -> str:
    """Small letters a to z of the value only, accents folded: what a mailbox name is made of."""
    return "".join(letter for letter in fold(value).lower() if "a" <= letter <= "z")
