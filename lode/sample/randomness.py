"""Random numbers that are a pure function of (seed, stream name, index).

Nothing is drawn in sequence: asking for the 7th person's first name needs no knowledge of the six
before. So results do not depend on the order of the work, on the size of the set, or on the version
of numpy: only exact integer arithmetic and correctly rounded operations are used (the finalizer is
that of SplitMix64, Steele, Lea and Flood 2014).
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def _finalize(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    result: NDArray[np.uint64] = value ^ (value >> np.uint64(31))
    return result


class Randomness:
    """All the chance of one sample; `stream` names the question, `index` who is asked about."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def bits(self, stream: str, index: NDArray[Any]) -> NDArray[np.uint64]:
        """64 random bits for each index."""
        digest = hashlib.blake2b(f"{self._seed}/{stream}".encode(), digest_size=16).digest()
        first = np.uint64(int.from_bytes(digest[:8], "little"))
        second = np.uint64(int.from_bytes(digest[8:], "little"))
        value = index.astype(np.uint64) * _GOLDEN + first
        return _finalize(_finalize(value) ^ second)

    def below(self, stream: str, index: NDArray[Any], limit: int | Integers) -> Integers:
        """A whole number from 0 to limit - 1 for each index; limit under 2^31, one or per index."""
        high = self.bits(stream, index) >> np.uint64(32)
        scaled: NDArray[np.uint64] = high * np.asarray(limit).astype(np.uint64)
        drawn: Integers = (scaled >> np.uint64(32)).astype(np.int64)
        return drawn

    def between(self, stream: str, index: NDArray[Any], first: int, last: int) -> Integers:
        """A whole number from first to last, both included, for each index."""
        offset: Integers = first + self.below(stream, index, last - first + 1)
        return offset

    def unit(self, stream: str, index: NDArray[Any]) -> NDArray[np.float64]:
        """A number in [0, 1) for each index."""
        high = self.bits(stream, index) >> np.uint64(11)
        result: NDArray[np.float64] = high.astype(np.float64) * 2.0**-53
        return result

    def chance(
        self, stream: str, index: NDArray[Any], probability: float | NDArray[np.float64]
    ) -> Flags:
        """True with the given probability (one, or one per index)."""
        return self.unit(stream, index) < np.asarray(probability, dtype=np.float64)

    def pick(self, stream: str, index: NDArray[Any], weights: Integers) -> Integers:
        """A position in `weights` (whole numbers), drawn in proportion to them, for each index."""
        cumulative = np.cumsum(weights)
        drawn = self.below(stream, index, int(cumulative[-1]))
        return np.searchsorted(cumulative, drawn, side="right").astype(np.int64)
