"""Pools of names: frequent real ones from the bundled lists, and a long tail of made-up surnames.

The lists are common public knowledge (names as the US census and birth registers count them), the
weights follow their order only roughly. Half of all Americans bear a surname that is not among the
commonest few hundred; that half is composed here from syllables, so that two strangers in one ZIP
code share a full name about as seldom as they really do.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from lode.sample.randomness import Flags, Integers, Randomness
from lode.sample.text import Text, bare, column, fold

COMMUNITIES = ("general", "hispanic", "east_asian", "south_asian")
COMMUNITY_WEIGHTS = np.array([70, 18, 7, 5], dtype=np.int64)
# Share of a community's people whose first name comes from the general list.
_BORROWED_FIRST = np.array([0.0, 0.22, 0.45, 0.15])
# Share of a community's people whose surname comes from the made-up tail.
_TAIL_LAST = np.array([0.46, 0.08, 0.06, 0.10])
_TAIL_START = """
    Abbot Ald Amber Arm Ash Bal Ban Bar Beck Bel Ber Blan Bor Bow Brad Bran Bren Brom Brook Bur Cal
    Cam Car Cas Chad Chal Chat Clay Clif Col Corn Crom Crow Dal Dan Del Den Dor Drum Dun East
    Eden Ellen Elling Fair Farn Fen Fin Fos Gar Gil Glen Gold Green Grim Had Hal Ham Har Hart
    Hather Haw Hel Hol Hors Hun Kel Ken Kirk Lam Lang Lind Lock Lor Mal Man Mar Mel Mer Mid Mil
    Mon Nor Oak Old Pem Pen Pol Prim Rad Ram Red Rock Ros Ruth Sal Sand Sel Shel Sher Sil Skel
    South Stan Stein Stock Stor Strat Sun Sut Tal Tan Thorn Tor Tren Ull Van Wad Wake Wal War
    Wein Wel West Whit Wick Wil Win Wol
""".split()
_TAIL_MIDDLE = ["", "", "", "a", "e", "en", "er", "i", "ing", "o", "ers", "le"]
_TAIL_END = """
    ton ford ley man son well wood by ham worth field stead stein berg ski wicz elli ini etti ano
    eau mann bach hauser dale burn gate more ridge shaw wick land bridge smith kamp gren quist
    sen ovich enko ides oglu ard art ell ette ier
""".split()


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a bundled table (lode/sample/data/<name>.csv)."""
    with (files("lode.sample") / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Pool:
    """Names by position: as written, without accents, and as a mailbox would write them."""

    written: Text
    plain: Text
    bare: Text


@dataclass(frozen=True)
class Choice:
    """Positions in a pool with their weights."""

    positions: Integers
    weights: Integers

    def draw(self, random: Randomness, stream: str, index: Integers) -> Integers:
        """A position for each index."""
        return self.positions[random.pick(stream, index, self.weights)]


def _pool(names: list[str]) -> Pool:
    return Pool(
        column(names),
        column([fold(name) for name in names]),
        column([bare(name) for name in names]),
    )


def _tail() -> list[str]:
    """Some 60,000 made-up surnames; the order scatters the syllables."""
    names = [
        start + middle + end
        for start in _TAIL_START
        for middle in _TAIL_MIDDLE
        for end in _TAIL_END
    ]
    unique = list(dict.fromkeys(names))
    step = 40_009  # a prime: walks the whole list once
    return [unique[number * step % len(unique)] for number in range(len(unique))]


class Names:
    """First names, surnames and nicknames, and who draws which."""

    def __init__(self) -> None:
        first = read_table("first_names")
        last = read_table("last_names")
        tail = _tail()
        self.first = _pool([row["name"] for row in first])
        self.last = _pool([row["name"] for row in last] + tail)
        self._tail_start = len(last)
        self._tail_size = len(tail)
        self._first = {
            (community, sex, cohort): _choice(
                [
                    (position, int(row[f"weight_{cohort}"]))
                    for position, row in enumerate(first)
                    if row["community"] == community and row["sex"] == sex
                ]
            )
            for community in COMMUNITIES
            for sex in "MF"
            for cohort in ("older", "younger")
        }
        self._last = {
            community: _choice(
                [
                    (position, int(row["weight"]))
                    for position, row in enumerate(last)
                    if row["community"] == community
                ]
            )
            for community in COMMUNITIES
        }
        self._read_nicknames([row["name"] for row in first])
        order = np.argsort(
            np.array([row["sex"] + fold(row["name"]) for row in first]), kind="stable"
        )
        self._alphabetical = order.astype(np.int64)
        self._sex = np.array([row["sex"] == "F" for row in first])

    def _read_nicknames(self, first: list[str]) -> None:
        nicknames: dict[str, list[str]] = {}
        for row in read_table("nicknames"):
            nicknames.setdefault(row["name"], []).append(row["nickname"])
        flat: list[str] = []
        self.nickname_start = np.zeros(len(first), dtype=np.int64)
        self.nickname_count = np.zeros(len(first), dtype=np.int64)
        for position, name in enumerate(first):
            self.nickname_start[position] = len(flat)
            self.nickname_count[position] = len(nicknames.get(name, []))
            flat.extend(nicknames.get(name, []))
        self.nicknames = column(flat)

    def draw_first(
        self,
        random: Randomness,
        stream: str,
        index: Integers,
        community: Integers,
        is_female: Flags,
        is_older: Flags,
    ) -> Integers:
        """A first name for each index, fitting community, sex and generation."""
        borrowed = random.chance(f"{stream}/borrowed", index, _BORROWED_FIRST[community])
        pool = np.where(borrowed, 0, community)
        result = np.zeros(len(index), dtype=np.int64)
        for (name, sex, cohort), choice in self._first.items():
            mask = (
                (pool == COMMUNITIES.index(name))
                & (is_female == (sex == "F"))
                & (is_older == (cohort == "older"))
            )
            if mask.any():
                result[mask] = choice.draw(random, stream, index[mask])
        return result

    def draw_last(
        self, random: Randomness, stream: str, index: Integers, community: Integers
    ) -> Integers:
        """A surname for each index, fitting the community."""
        result = np.zeros(len(index), dtype=np.int64)
        for number, name in enumerate(COMMUNITIES):
            mask = community == number
            if mask.any():
                result[mask] = self._last[name].draw(random, stream, index[mask])
        tail = random.chance(f"{stream}/tail", index, _TAIL_LAST[community])
        # u·√u leans the tail towards its head; both operations are exact on every machine.
        unit = random.unit(f"{stream}/rank", index)
        rank = (unit * np.sqrt(unit) * self._tail_size).astype(np.int64)
        return np.where(tail, self._tail_start + rank, result)

    def similar_first(self, random: Randomness, index: Integers, first: Integers) -> Integers:
        """A first name of the same sex near the given one in the alphabet, never the same."""
        place = np.empty(len(self._alphabetical), dtype=np.int64)
        place[self._alphabetical] = np.arange(len(self._alphabetical))
        step = random.between("twin/step", index, 1, 4)
        after = self._alphabetical[(place[first] + step) % len(place)]
        before = self._alphabetical[place[first] - step]
        similar: Integers = np.where(self._sex[after] == self._sex[first], after, before)
        return similar


def _choice(entries: list[tuple[int, int]]) -> Choice:
    entries = [entry for entry in entries if entry[1] > 0]
    return Choice(
        np.array([position for position, _ in entries], dtype=np.int64),
        np.array([weight for _, weight in entries], dtype=np.int64),
    )


@lru_cache(maxsize=1)
def load_names() -> Names:
    """The pools, read once."""
    return Names()
