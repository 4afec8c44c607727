"""Suggesting a mapping: for every header a column of a raw table, with how sure and why.

Three kinds of evidence, best first: the header is a known name; it is spelled like one
(normalised Levenshtein similarity); the values look like the column's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import yaml
from rapidfuzz import fuzz, process

from loaders.mapping import EXTRA, Mapping, fit, normalise
from loaders.mapping_choice import built_ins

# Below this similarity two names have little more than a word in common.
MINIMUM_SIMILARITY = 80.0
MINIMUM_SHARE = 0.6
# What a value's look is worth at most: a column of mailboxes may be the agent's and not the lead's.
LOOK_WEIGHT = 0.75
SPELLING_WEIGHT = 0.9
LOOKS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("email", "an e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")),
    ("zip", "a ZIP code", re.compile(r"\d{5}(-?\d{4})?")),
    ("date", "a date", re.compile(r"\d{4}-\d\d?-\d\d?([ T].*)?|\d\d?/\d\d?/\d{2,4}( .*)?")),
    ("phone", "a phone number", re.compile(r"\+?1?[ .-]?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}")),
)
PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "people": {
        "email": ("email_1", "email_2"),
        "phone": ("phone_1", "phone_2", "phone_3"),
        "zip": ("zip",),
        "date": ("source_date",),
    },
    "touchpoints": {
        "email": ("email",),
        "phone": ("phone",),
        "zip": ("zip",),
        "date": ("touchpoint_date",),
    },
    "campaigns": {"date": ("start_date", "end_date")},
    "opt_outs": {
        "email": ("email",),
        "phone": ("phone",),
        "zip": ("zip",),
        "date": ("opted_out_at",),
    },
    "dnc": {"phone": ("phone",), "date": ("listing_date",)},
}


@dataclass(frozen=True)
class Suggestion:
    """A header, the column proposed for it (`extra` if none), confidence 0 to 1, and why."""

    header: str
    column: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class Proposal:
    """The suggestions for a whole header, for one feed."""

    mapping: Mapping
    suggestions: tuple[Suggestion, ...]
    missing: tuple[tuple[str, ...], ...]

    @property
    def feed(self) -> str:
        """The feed of the raw table."""
        return self.mapping.feed

    @property
    def confidence(self) -> float:
        """The mean confidence of all columns; 0 if a column that is required has none."""
        if self.missing:
            return 0.0
        return sum(one.confidence for one in self.suggestions) / max(1, len(self.suggestions))

    def as_yaml(self, name: str) -> str:
        """Return a mapping file that says what the proposal says."""
        columns = {one.column: [one.header] for one in self.suggestions if one.column != EXTRA}
        content = {
            "name": name,
            "version": 1,
            "feed": self.feed,
            "requires": [
                [column for column in group if column in columns] or list(group)
                for group in self.mapping.requires
            ],
            "columns": columns,
        }
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def suggest(
    header: tuple[str, ...], rows: Sequence[Sequence[str | None]], feed: str | None = None
) -> Proposal:
    """Propose a mapping for a header and some of its rows (one text or None per column).

    `feed` forces one feed; else the one that explains most of the columns is taken.
    """
    mappings = [one for one in built_ins() if feed in (None, one.feed)]
    proposals = [_propose(mapping, header, rows) for mapping in mappings]
    return max(proposals, key=lambda one: (not one.missing, one.confidence))


def _propose(
    mapping: Mapping, header: tuple[str, ...], rows: Sequence[Sequence[str | None]]
) -> Proposal:
    plan = fit(mapping, header)
    found = {
        position: Suggestion(name, target, 1.0, "a known name")
        for position, (name, target) in enumerate(zip(header, plan.targets, strict=True))
        if target != EXTRA
    }
    taken = {one.column for one in found.values()}
    _add_spellings(mapping, header, found, taken)
    _add_looks(mapping, header, rows, found, taken)
    nothing = "no known name, and values of no special kind"
    suggestions = tuple(
        found.get(position, Suggestion(name, EXTRA, 0.0, nothing))
        for position, name in enumerate(header)
    )
    missing = tuple(group for group in mapping.requires if not taken.intersection(group))
    return Proposal(mapping, suggestions, missing)


def _add_spellings(
    mapping: Mapping, header: tuple[str, ...], found: dict[int, Suggestion], taken: set[str]
) -> None:
    places: dict[str, tuple[str, ...]] = {
        alias: (column,) for column, aliases in mapping.columns.items() for alias in aliases
    }
    for slots in mapping.slots:
        places.update(dict.fromkeys(slots.aliases, slots.columns))
    for position, name in enumerate(header):
        if position in found:
            continue
        best = process.extractOne(
            normalise(name), places.keys(), scorer=fuzz.ratio, score_cutoff=MINIMUM_SIMILARITY
        )
        if best is None:
            continue
        alias, similarity, _ = best
        column = next((one for one in places[alias] if one not in taken), None)
        if column is not None:
            confidence = round(SPELLING_WEIGHT * similarity / 100, 2)
            found[position] = Suggestion(name, column, confidence, f"spelled like {alias}")
            taken.add(column)


def _add_looks(
    mapping: Mapping,
    header: tuple[str, ...],
    rows: Sequence[Sequence[str | None]],
    found: dict[int, Suggestion],
    taken: set[str],
) -> None:
    for position, name in enumerate(header):
        if position in found:
            continue
        values = [str(row[position]).strip() for row in rows if row[position]]
        for kind, noun, pattern in LOOKS if values else ():
            share = sum(bool(pattern.fullmatch(value)) for value in values) / len(values)
            places = PLACES.get(mapping.feed, {}).get(kind, ())
            column = next((one for one in places if one not in taken), None)
            if share >= MINIMUM_SHARE and column is not None:
                reason = f"{share:.0%} of {len(values)} values look like {noun}"
                found[position] = Suggestion(name, column, round(LOOK_WEIGHT * share, 2), reason)
                taken.add(column)
                break
