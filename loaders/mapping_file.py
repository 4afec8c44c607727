"""Mapping files: read, checked, and hashed for the lineage."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import yaml

from loaders.feeds import COLUMNS
from loaders.mapping import CONTRACTS, Mapping, Slots, normalise
from lode.errors import LodeError, printable

_KEYS = set("name version feed description requires columns slots query contract".split())


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping file; LodeError says what is wrong with it."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise LodeError(f"The mapping file {path} can't be read ({error}).") from None
    except yaml.YAMLError as error:
        reason = str(error).split("\n")[0]
        raise LodeError(f"The mapping file {path} is not well-formed YAML ({reason}).") from None
    problem = _problem(content)
    if problem:
        raise LodeError(f"The mapping file {path} can't be used: {problem}.")
    return mapping_of(content)


def mapping_of(content: dict[str, Any]) -> Mapping:
    """Return the mapping of a checked content, as a file or the ledger holds it."""
    text = json.dumps(content, sort_keys=True, default=str)
    return Mapping(
        name=str(content["name"]),
        version=f"v{content['version']}",
        feed=content["feed"],
        description=str(content.get("description", content["name"])),
        requires=tuple(tuple(group) for group in content["requires"]),
        columns={
            column: tuple(normalise(str(alias)) for alias in aliases)
            for column, aliases in (content.get("columns") or {}).items()
        },
        slots=tuple(_slots(one) for one in content.get("slots") or ()),
        hash=hashlib.sha256(text.encode()).hexdigest(),
        content=text,
        query=content.get("query"),
        contract=content.get("contract"),
    )


def _slots(content: dict[str, Any]) -> Slots:
    return Slots(
        columns=tuple(content["columns"]),
        type_columns=tuple(content.get("type_columns") or ()),
        aliases={normalise(str(alias)): told for alias, told in content["aliases"].items()},
    )


def _problem(content: object) -> str | None:
    """Say what is wrong with a mapping's content, None if nothing is."""
    if not isinstance(content, dict):
        return "it must be a table of name, version, feed, requires, columns, slots and the like"
    unknown = sorted(str(key) for key in set(content) - _KEYS)
    if unknown:
        return f"it has the unknown key {unknown[0]}"
    absent = sorted({"name", "version", "feed", "requires"} - set(content))
    if absent:
        return f"it has no {absent[0]}"
    if content["feed"] not in COLUMNS:
        return f"its feed must be one of {', '.join(COLUMNS)}"
    if content.get("contract", CONTRACTS[0]) not in CONTRACTS:
        return f"its contract must be one of {', '.join(CONTRACTS)}"
    problem = _query_problem(content.get("query"))
    if problem:
        return problem
    try:
        named = _named_columns(content)
    except (AttributeError, KeyError, TypeError):
        return "requires must be lists of columns, columns and slots tables of aliases"
    wrong = [column for column in named if column not in COLUMNS[content["feed"]]]
    return f"{content['feed']} has no column {wrong[0]}" if wrong else None


def _query_problem(query: object) -> str | None:
    """Say what is wrong with a mapping's query: it must be one statement that only reads."""
    if query is None:
        return None
    if not isinstance(query, str):
        return "its query must be text"
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        return f"its query is not valid SQL ({printable(str(error).splitlines()[0], 200)})"
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return "its query must be one SELECT statement"
    return None


def _named_columns(content: dict[str, Any]) -> list[str]:
    """Return all columns a mapping names; raises TypeError and the like if its shape is wrong."""
    named = [column for group in content["requires"] for column in list(group)]
    for column, aliases in (content.get("columns") or {}).items():
        if not isinstance(aliases, list):
            raise TypeError
        named.append(column)
    for slots in content.get("slots") or ():
        slots["aliases"].items()
        named += [*slots["columns"], *(slots.get("type_columns") or ())]
    return named
