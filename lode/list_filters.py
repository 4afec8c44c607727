"""The filters of a list as SQL over golden persons; what a user wrote is only ever a parameter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loaders.feeds import RECORD_NUMBER_SPAN
from lode.list_definitions import COLUMNS, OPERATORS, Definition
from lode.settings import Settings


@dataclass(frozen=True)
class Filter:
    """One condition on `golden` (marts.golden_persons): in words, as SQL, with its parameters."""

    words: str
    sql: str
    values: dict[str, Any]


def filters_of(definition: Definition, settings: Settings, at: datetime) -> list[Filter]:
    """Return the filters of a list at a moment (UTC); all of them must hold."""
    found = []
    if definition.states:
        found.append(
            Filter(
                f"state is {' or '.join(definition.states)}",
                "golden.state in %(states)s",
                {"states": list(definition.states)},
            )
        )
    if definition.sources:
        found.append(_sources(definition, settings))
    if definition.campaigns:
        found.append(_campaigns(definition, settings))
    if definition.touched_days is not None:
        found.append(_touched(definition, settings, at, "touched", definition.touched_days))
    if definition.untouched_days is not None:
        found.append(_touched(definition, settings, at, "untouched", definition.untouched_days))
    if definition.segment is not None:
        found.append(_segment(definition.segment, settings))
    if definition.least_score is not None:
        found.append(_score(definition.least_score, settings))
    for number, (column, operator, value) in enumerate(definition.where):
        # Both come from the lists of the definitions, never from the user.
        assert column in COLUMNS
        assert operator in OPERATORS
        name = f"value_{number}"
        found.append(
            Filter(
                f"{column} {operator} {value}",
                f"golden.{column} {operator} %({name})s",
                {name: int(value) if COLUMNS[column] is int else value},
            )
        )
    return found


def filter_sql(
    definition: Definition, settings: Settings, at: datetime
) -> tuple[str, dict[str, Any]]:
    """Return the conditions on `golden` (marts.golden_persons) and their parameters."""
    filters = filters_of(definition, settings, at)
    values: dict[str, Any] = {}
    for one in filters:
        values |= one.values
    return " and ".join(["true", *(one.sql for one in filters)]), values


def _sources(definition: Definition, settings: Settings) -> Filter:
    canonical, raw = settings.schema("canonical"), settings.schema("raw")
    return Filter(
        f"known from {' or '.join(definition.sources)}",
        f"exists (select 1 from `{canonical}`.persons as members"
        f" inner join `{canonical}`.person_records as held on members.id = held.person_id"
        f" inner join `{raw}`.import_metadata as imports"
        f" on imports.id = held.record_id div {RECORD_NUMBER_SPAN}"
        " where members.golden_person_id = golden.golden_person_id"
        " and imports.source_type in %(sources)s)",
        {"sources": list(definition.sources)},
    )


def _campaigns(definition: Definition, settings: Settings) -> Filter:
    canonical = settings.schema("canonical")
    return Filter(
        f"contacted in the campaign {' or '.join(definition.campaigns)}",
        f"exists (select 1 from `{canonical}`.persons as reached"
        f" inner join `{canonical}`.touchpoints as made on made.person_id = reached.id"
        f" inner join `{canonical}`.campaigns as efforts on efforts.id = made.campaign_id"
        " where reached.golden_person_id = golden.golden_person_id"
        " and efforts.name in %(campaigns)s)",
        {"campaigns": list(definition.campaigns)},
    )


def _segment(segment: str, settings: Settings) -> Filter:
    return Filter(
        f"{segment} contact",
        _in_segments(settings, "is_business = %(is_business)s"),
        {"is_business": int(segment == "business")},
    )


def _score(least: int, settings: Settings) -> Filter:
    return Filter(
        f"score of {least} or more",
        _in_segments(settings, "score >= %(least_score)s"),
        {"least_score": least},
    )


def _in_segments(settings: Settings, condition: str) -> str:
    return (
        f"exists (select 1 from `{settings.schema('marts')}`.person_segments as segments"
        f" where segments.golden_person_id = golden.golden_person_id and segments.{condition})"
    )


def _touched(
    definition: Definition, settings: Settings, at: datetime, name: str, days: int
) -> Filter:
    """Contacts by the channel of the list within some days, or none of them."""
    canonical = settings.schema("canonical")
    negation, words = ("not ", "not ") if name == "untouched" else ("", "")
    return Filter(
        f"{words}contacted by {definition.channel} in the last {days} days",
        f"{negation}exists (select 1 from `{canonical}`.persons as reached"
        f" inner join `{canonical}`.touchpoints as made on made.person_id = reached.id"
        " where reached.golden_person_id = golden.golden_person_id"
        " and made.touchpoint_type = %(touched_by)s"
        f" and made.touchpoint_date between %({name}_since)s and %(touched_until)s)",
        {
            "touched_by": definition.channel,
            f"{name}_since": at - timedelta(days=days),
            "touched_until": at,
        },
    )
