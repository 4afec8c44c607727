"""The command `lode comply risk`."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer

from lode.errors import LodeError
from lode.settings import load_settings
from lode.tables import print_table

EVER, END = date(1000, 1, 1), date(9999, 12, 31)


def risk(
    since: Annotated[
        str | None, typer.Option("--since", help="First day, UTC; default: ever.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Last day, UTC; default: now.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Say which rules were broken by contacts made, how often, and what that may cost.

    Example: lode comply risk --since 2026-01-01
    """
    from lode.risk import read_risk

    first = _day(since, "--since") if since else EVER
    last = _day(until, "--until") if until else END
    found = read_risk(load_settings(), first, last)
    if as_json:
        said = {
            "contacts": found.contact_count, "minimum_usd": found.minimum_usd,
            "maximum_usd": found.maximum_usd, "rules": found.rules,
        }  # fmt: skip
        print(json.dumps(said, indent=2, ensure_ascii=False, default=str))
        return
    if not found.rules:
        print("No contact was made against a rule.")
        return
    rows = [
        (row["channel"], row["reason_code"], row["rule_id"], f"{row['incident_count']:,}",
         f"{row['day_count']:,}", f"{row['minimum_exposure_usd']:,}",
         f"{row['maximum_exposure_usd']:,}", f"{row['first_at']:%Y-%m-%d}",
         f"{row['last_at']:%Y-%m-%d}")
        for row in found.rules
    ]  # fmt: skip
    headings = (
        "channel", "reason", "rule", "contacts", "days", "from $", "up to $", "first", "last",
    )  # fmt: skip
    print_table([headings, *rows], right=(3, 4, 5, 6))
    print(
        f"{found.contact_count:,} contacts against a rule: ${found.minimum_usd:,} to"
        f" ${found.maximum_usd:,} by the statutes."
    )


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise LodeError(f"{option} needs a day such as 2026-01-05.") from None
