"""The rules of seed compliance_rules as the file has them, and whether decisions are up to date."""

from __future__ import annotations

import csv
from datetime import date

from lode.db import connect
from lode.errors import LodeError
from lode.person import fetch
from lode.settings import Settings

PATH = "seeds/compliance/compliance_rules.csv"


def rule_value(settings: Settings, topic: str, day: date) -> int:
    """Return the strictest value in force of a topic, over all scopes; LodeError without one."""
    with (settings.root / PATH).open(encoding="utf-8", newline="") as file:
        values = [
            int(row["value"])
            for row in csv.DictReader(file)
            if row["topic"] == topic and row["valid_from"] <= day.isoformat() <= row["valid_to"]
        ]
    if not values:
        raise LodeError(f"{PATH} has no rule {topic} in force on {day}: add the row.")
    return min(values)


def has_new_facts(settings: Settings) -> bool:
    """Tell whether facts came since decisions were made, or a day has begun since."""
    raw, staging = settings.schema("raw"), settings.schema("staging")
    query = f"""
        select count(*) as same
        from `{staging}`.decision_facts
        where
            decided_on = utc_date()
            and opt_out_count = (select count(*) from `{raw}`.opt_out_requests)
            and review_count = (
                select count(*) + count(decided_at) from `{raw}`.reply_reviews
            )
            and consent_count = (select count(*) from `{raw}`.consent_records)
            and line_count = (select count(*) from `{raw}`.phone_lines)
            and version_count = (
                select count(*) from `{raw}`.dnc_downloads where loaded_at is not null
            )
    """
    with connect("auditor", settings, schema="raw") as connection:
        try:
            return not fetch(connection, query)[0]["same"]
        except LodeError:
            # Nothing was built yet, or by a version that did not decide like this.
            return True
