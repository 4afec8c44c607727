"""Rows with very many columns, written for LOAD DATA without DuckDB.

DuckDB reads 2,048 values of every column at once, whatever the number of rows: some thousand
columns take more memory than a load may have. Such files are rare, so they are written value by
value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from loaders.mapping import UNMAPPED, Plan

# Measured with a memory limit of 256 MB and whole blocks: 300 columns just go through, 500 do not.
MAXIMUM_COLUMNS = 200

Values = Sequence[str | None]


def is_wide(plan: Plan) -> bool:
    """Tell whether a file has too many columns for DuckDB."""
    return len(plan.targets) > MAXIMUM_COLUMNS


def wide_lines(
    plan: Plan, columns: Sequence[str], rows: Iterable[tuple[int, Values]]
) -> Iterator[bytes]:
    """Yield the line of each row for the given columns of the raw table; the first is its id."""
    place = {target: position for position, target in enumerate(plan.targets)}
    keys = {name: _keys(plan, name) for name in UNMAPPED}
    for record_id, values in rows:
        fields = [str(record_id)]
        for column in columns[1:]:
            if column in UNMAPPED:
                value = _object(keys[column], values)
            elif column in place:
                value = values[place[column]]
            else:
                is_there = values[place[column.removesuffix("_type")]]
                value = plan.constants[column] if is_there else None
            fields.append("NULL" if value is None else '"' + value.replace('"', '""') + '"')
        yield (",".join(fields) + "\n").encode()


def _keys(plan: Plan, name: str) -> list[tuple[int, str]]:
    """Return place and JSON key of the columns that go into one of the JSON columns."""
    return [
        (position, json.dumps(header, ensure_ascii=False))
        for position, (header, target) in enumerate(zip(plan.header, plan.targets, strict=True))
        if target == name
    ]


def _object(keys: list[tuple[int, str]], values: Values) -> str | None:
    """Return the JSON object of the unmapped values that are there."""
    members = [
        f"{key}:{json.dumps(values[position], ensure_ascii=False)}"
        for position, key in keys
        if values[position] is not None
    ]
    return "{" + ",".join(members) + "}" if members else None
