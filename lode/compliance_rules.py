"""The rules of seed compliance_rules as the file has them, and whether decisions are up to date."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta

from lode.db import connect
from lode.errors import LodeError
from lode.person import fetch
from lode.settings import Settings

PATH = "seeds/compliance/compliance_rules.csv"
# Seeds whose rows hold from one day to another, and the columns that name a row in words.
DATED = {
    "calling_windows": ("rule_id", "rule"),
    "compliance_rules": ("rule_id", "rule"),
    "dnc_list_policies": ("rule_id", "list_kind"),
    "frequency_caps": ("cap_id", "rule"),
    "line_type_policies": ("rule_id", "channel"),
    "opt_out_reach": ("requested_channel", "reached_channel"),
    "reply_phrases": ("phrase", "meaning"),
    "request_statements": ("statement", "channel"),
    "violation_penalties": ("reason_code", "channel"),
}
OPEN_END = "9999-12-31"


@dataclass(frozen=True)
class RuleChange:
    """A rule that begins or ends; `day` is the first on which it is another one."""

    day: date
    begins: bool
    seed: str
    rule_id: str
    words: str
    citation: str
    enforcement: str


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


def upcoming_changes(settings: Settings, today: date) -> list[RuleChange]:
    """Return the rules of all dated seeds that begin or end after a day, the next ones first."""
    found = []
    for seed, (name, words) in DATED.items():
        path = settings.root / "seeds" / "compliance" / f"{seed}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                begin, end = date.fromisoformat(row["valid_from"]), row["valid_to"]
                days = [(begin, True)]
                if end != OPEN_END:
                    days.append((date.fromisoformat(end) + timedelta(days=1), False))
                found += [
                    RuleChange(day, begins, seed, row[name], row[words], row["citation"],
                               row.get("enforcement", ""))
                    for day, begins in days
                    if day > today
                ]  # fmt: skip
    return sorted(found, key=lambda one: (one.day, one.seed, one.rule_id, one.begins))


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
