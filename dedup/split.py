"""Taking groups apart: what people said are two persons never ends up in one cluster.

Links are taken strongest first, and one that would bring two such persons together, directly or
through others, is left out. So a group is cut at its weakest links, whatever order they come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

Pair = tuple[int, int]
# Weights that differ by less are equal: sums of floats may end differently in the last digit.
DIGITS = 6


class ApartSets:
    """Union-find that refuses to join sets in which two persons are to stay apart."""

    def __init__(self, apart: Iterable[Pair]) -> None:
        self.root: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}
        self.enemies: dict[int, set[int]] = defaultdict(set)
        for low, high in apart:
            self.enemies[low].add(high)
            self.enemies[high].add(low)

    def find(self, node: int) -> int:
        """Return the smallest member of the node's set."""
        root = self.root.setdefault(node, node)
        while self.root[root] != root:
            root = self.root[root]
        self.root[node] = root
        return root

    def join(self, a: int, b: int) -> bool:
        """Join two sets unless that is forbidden; tell whether the two are in one set now."""
        low, high = sorted((self.find(a), self.find(b)))
        if low == high:
            return True
        small, other = sorted((low, high), key=lambda root: len(self._of(root)))
        for member in self._of(small):
            if any(self.find(enemy) == other for enemy in self.enemies.get(member, ())):
                return False
        self.members[low] = self._of(low) + self._of(high)
        self.members.pop(high, None)
        self.root[high] = low
        return True

    def _of(self, root: int) -> list[int]:
        return self.members.get(root, [root])


def split(
    links: Iterable[tuple[int, int, float]], must: Iterable[Pair], apart: Iterable[Pair]
) -> dict[int, int]:
    """Map every person of the links to the smallest person of its part; `must` links come first."""
    sets = ApartSets(apart)
    strongest = sorted(links, key=lambda link: (-round(link[2], DIGITS), link[:2]))
    pairs = [*sorted(must), *(link[:2] for link in strongest)]
    for low, high in pairs:
        sets.join(low, high)
    return {person: sets.find(person) for person in sorted({one for pair in pairs for one in pair})}
