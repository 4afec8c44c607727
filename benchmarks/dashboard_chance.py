"""What a view of the dashboard is asked about: chance people, pairs and weeks."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from sqlalchemy import Engine

from benchmarks.dashboard_rows import FIRST_ID
from streamlit_app.queries import risk


@dataclass
class Chance:
    """Draws what a view is asked about; a few draws are of the common kind that costs most."""

    people: int
    random: random.Random = field(default_factory=lambda: random.Random(7))

    def person(self) -> int:
        """Return somebody's id; one in eight times that of the longest life."""
        return FIRST_ID + (
            self.random.randrange(self.people) if self.random.random() > 0.125 else 0
        )

    def pair(self) -> tuple[int, int]:
        """Return a pair that waits, or has waited."""
        first = FIRST_ID + self.random.randrange(self.people // 10) * 10 + 1
        return first, first + 1

    def weeks(self) -> risk.Weeks:
        """Return a span of weeks, up to the longest allowed."""
        today = datetime.now(timezone.utc).date()
        begin = today - timedelta(weeks=self.random.choice((1, 13, 53)))
        return risk.weeks_of(begin, today)


View = Callable[[Engine, Chance], None]
