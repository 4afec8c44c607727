"""How often somebody may be contacted: the rows of seed frequency_caps, and what they allow."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lode.settings import Settings

PATH = "seeds/compliance/frequency_caps.csv"
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Cap:
    """At most `max_contacts` on a channel within a rolling window; one more is too many."""

    cap_id: str
    max_contacts: int
    window: timedelta
    rule: str
    citation: str

    def free_at(self, contacts: Sequence[datetime], now: datetime) -> datetime | None:
        """Return when the next contact is allowed; None if it is now.

        A contact counts for the whole window and its last instant: three calls at noon allow the
        fourth after noon of the next day, not at noon.
        """
        counted = sorted((at for at in contacts if at >= now - self.window), reverse=True)
        if len(counted) < self.max_contacts:
            return None
        return counted[self.max_contacts - 1] + self.window + MICROSECOND


def caps_in_force(
    settings: Settings, channel: str, states: Sequence[str], now: datetime
) -> list[Cap]:
    """Return the caps that are enforced for a channel in any of the states, at a moment."""
    day = now.date().isoformat()
    with (settings.root / PATH).open(encoding="utf-8", newline="") as file:
        return [
            Cap(
                row["cap_id"],
                int(row["max_contacts"]),
                timedelta(days=int(row["window_days"])),
                row["rule"],
                row["citation"],
            )
            for row in csv.DictReader(file)
            if row["channel"] == channel
            and row["enforcement"] == "enforce"
            and row["jurisdiction"] in ("US", *states)
            and row["valid_from"] <= day <= row["valid_to"]
        ]
