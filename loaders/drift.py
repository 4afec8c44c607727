"""Header drift: how the columns of a file differ from those of the last one with its mapping."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from loaders.contract import listed
from loaders.import_rows import ImportRow
from loaders.mapping import EXTRA, UNMAPPED, Plan, normalise
from loaders.suggest import suggest
from lode.errors import printable

# Files that share less than this part of their columns are of different senders, and no drift.
MINIMUM_SHARED = 0.5


@dataclass(frozen=True)
class NewColumn:
    """A column that was not there before: where its values go, and where they might."""

    header: str
    column: str
    suggestion: str | None
    confidence: float
    reason: str

    def sentence(self) -> str:
        """Say it."""
        said = f"{printable(self.header, 40)} → {self.column}"
        if self.suggestion is None:
            return said
        return f"{said} (perhaps {self.suggestion}, {self.confidence:.0%}: {self.reason})"


@dataclass(frozen=True)
class Drift:
    """What is new and what is gone since the import `since`."""

    since: str
    new: tuple[NewColumn, ...]
    gone: tuple[str, ...]

    def sentence(self) -> str:
        """Say it in one line."""
        parts = []
        if self.new:
            parts.append(f"new {', '.join(one.sentence() for one in self.new)}")
        if self.gone:
            parts.append(f"gone {listed(self.gone)}")
        return f"columns changed since {self.since}: {'; '.join(parts)}"

    def as_event(self) -> dict[str, object]:
        """Return it as one record for the log."""
        return asdict(self)


def drift(
    plan: Plan, last: ImportRow | None, sample: Callable[[], Sequence[Sequence[str | None]]]
) -> Drift | None:
    """Compare a header with that of the last import of its mapping; None if nothing changed.

    `sample` gives some rows, by which a column for a new header is suggested.
    """
    if last is None:
        return None
    before = {normalise(header): header for header in json.loads(last.mapping)}
    now = {normalise(header) for header in plan.header}
    shared = now & before.keys()
    if now == before.keys() or len(shared) < MINIMUM_SHARED * len(now | before.keys()):
        return None
    new = {header for header in plan.header if normalise(header) not in before}
    gone = tuple(header for name, header in before.items() if name not in now)
    return Drift(last.import_id, _suggested(plan, new, sample) if new else (), gone)


def _suggested(
    plan: Plan, new: set[str], sample: Callable[[], Sequence[Sequence[str | None]]]
) -> tuple[NewColumn, ...]:
    proposal = suggest(plan.header, sample(), plan.mapping.feed)
    found = []
    for one, target in zip(proposal.suggestions, plan.targets, strict=True):
        if one.header not in new:
            continue
        is_free = target in UNMAPPED and one.column not in (EXTRA, *plan.targets)
        column = one.column if is_free else None
        found.append(NewColumn(one.header, target, column, one.confidence, one.reason))
    return tuple(found)
