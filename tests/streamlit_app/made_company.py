"""A warehouse that dbt built, with random people, a list of them, and a pair that waits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from made_marts import insert
from made_pairs import pair

from lode.db import connect
from lode.dbt import DbtResult
from lode.list_definitions import define, definition_of
from lode.settings import Settings
from tests.lode import export_people

LIST = "everybody"
# What the pages read besides what decides.
MARTS = (
    "cap_usage", "caps_used", "compliance_incidents", "contact_hours", "field_origins",
    "golden_proposals",
    "identity_decisions", "import_attempts", "import_health", "import_problems",
    "kpi_days", "opt_out_register", "opt_outs_applied", "person_events",
    "person_links", "person_members", "review_pairs", "table_sizes", "warehouse_summary",
    "warehouse_version",
)  # fmt: skip
FIRST_ID = 10_000_000_001
PAIRS = [(FIRST_ID + n, FIRST_ID + n + 1) for n in range(0, 40, 2)]


def build_company(settings: Settings, dbt: Callable[..., DbtResult], folder: Path) -> None:
    """Build it; pairs of strangers stand in for those that a dedup run leaves to a person."""

    def build_all(arguments: list[str], given: Settings) -> DbtResult:
        return dbt([*arguments, *(f"+{name}" for name in MARTS)], given)

    export_people.build(settings, build_all, folder)
    define(settings, LIST, definition_of("mail", [], [], []), "ada")
    with connect("transformer", settings, schema="marts", autocommit=True) as connection:
        rows = [pair(first, second, 1.0) for first, second in PAIRS]
        insert(connection.cursor(), "review_pairs", rows)
