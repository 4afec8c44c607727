"""Merging: our incremental models against dbt-mysql's own, and against the size of the target.

Half of a batch changes rows, in runs of 50 neighbours spread over the whole target, as when files
come again; half of it is new. The stock side is a project without any macro of ours, with
`unique_key` as dbt-mysql's documentation has it; it deletes and inserts without an index, so it
only gets sizes that it can finish. What counts is the time that dbt reports for the model, without
dbt's own start.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lode.db import connect
from lode.dbt import run_dbt
from lode.errors import LodeError
from lode.settings import Settings

SMALL_TARGET, SMALL_BATCH = 100_000, 20_000
QUICK_SMALL_TARGET, QUICK_SMALL_BATCH = 5_000, 500
TARGET, BATCH = 1_000_000, 100_000
QUICK_TARGET, QUICK_BATCH = 100_000, 10_000
NUMBERS = 10_000

# The same select for both sides; in an incremental run it is the batch.
MODEL = """
select
    cast(id as unsigned) as id,
    concat('First', id % 900) as first_name,
    concat('Last', id % 7000) as last_name,
    concat('person', id, '@example.com') as email,
    concat('+1555', lpad(id % 10000000, 7, '0')) as phone,
    concat(id % 9000, ' N MAIN ST') as street,
    concat('City', id % 300) as city,
    'TX' as state,
    lpad(id % 99999, 5, '0') as zip,
    cast({{ 2 if is_incremental() else 1 }} as unsigned) as version
from (
    select
        {%- if is_incremental() %}
        case
            when n < {{ var('batch') }} / 2
                then (n div 50) * {{ var('target') * 100 // var('batch') }} + n % 50 + 1
            else {{ var('target') }} + n
        end as id
        {%- else %}
        n + 1 as id
        {%- endif %}
    from (
        select a.n * 1000 + b.n as n
        from {{ target.schema }}.numbers as a, {{ target.schema }}.numbers as b
        where a.n < {{ (var('batch') if is_incremental() else var('target')) / 1000 }}
            and b.n < 1000
    ) as counted
    where n < {{ var('batch') if is_incremental() else var('target') }}
) as ids
"""
TYPES = {
    "id": "bigint unsigned",
    "first_name": "varchar(100)",
    "last_name": "varchar(100)",
    "email": "varchar(254)",
    "phone": "varchar(20)",
    "street": "varchar(255)",
    "city": "varchar(100)",
    "state": "varchar(50)",
    "zip": "varchar(16)",
    "version": "int unsigned",
}


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Measure in an empty warehouse; `quick` takes small sizes and leaves out the 4-fold target."""
    os.environ.setdefault("LODE_DBT", str(settings.root / ".venv-dbt" / "bin" / "dbt"))
    _make_numbers(settings)
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        ours = _project(settings, Path(folder) / "ours", is_ours=True)
        stock = _project(settings, Path(folder) / "stock", is_ours=False)
        return _measure(ours, stock, quick)


def _measure(
    ours: Callable[[int, int], float], stock: Callable[[int, int], float], quick: bool
) -> list[dict[str, Any]]:
    target = QUICK_SMALL_TARGET if quick else SMALL_TARGET
    batch = QUICK_SMALL_BATCH if quick else SMALL_BATCH
    rows = [
        _result(
            f"merge of {batch:,} rows into {target:,} against dbt-mysql's incremental",
            ours(target, batch),
            stock(target, batch),
        )
    ]
    target, batch = (QUICK_TARGET, QUICK_BATCH) if quick else (TARGET, BATCH)
    speed = ours(target, batch)
    rows.append(_result(f"merge of {batch:,} rows into {target:,}", speed, None))
    if not quick:
        name = f"merge of {batch:,} rows into {4 * target:,} against into {target:,}"
        rows.append(_result(name, ours(4 * target, batch), speed))
    return rows


def _result(name: str, ours: float, reference: float | None) -> dict[str, Any]:
    ratio = ours / reference if reference else None
    return {
        "name": name,
        "ours": ours,
        "reference": reference,
        "ratio": ratio,
        "unit": "rows/s",
    }


def _make_numbers(settings: Settings) -> None:
    """Write the numbers from 0 that the model's rows are made from."""
    with (
        connect("transformer", settings, schema="staging", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("create table numbers (n bigint unsigned primary key)")
        values = ", ".join(f"({number})" for number in range(NUMBERS))
        cursor.execute(f"insert into numbers values {values}")


def _project(settings: Settings, folder: Path, *, is_ours: bool) -> Callable[[int, int], float]:
    """Write a dbt project of one model; returns a function (target rows, batch rows) -> rows/s."""
    name = folder.name
    (folder / "models").mkdir(parents=True)
    macros = [str(settings.root / "macros" / part) for part in ("mysql", "materializations")]
    project: dict[str, Any] = {
        "name": "motherlode",
        "version": "0.1.0",
        "config-version": 2,
        "profile": "motherlode",
        "macro-paths": macros if is_ours else ["macros"],
    }
    config = {"primary_key": ["id"]} if is_ours else {"unique_key": "id"}
    model = {
        "name": f"bench_{name}",
        "config": {"materialized": "incremental", **config},
        "columns": [{"name": key, "data_type": data_type} for key, data_type in TYPES.items()],
    }
    # JSON is YAML, too.
    (folder / "dbt_project.yml").write_text(json.dumps(project), encoding="utf-8")
    (folder / "models" / f"bench_{name}.sql").write_text(MODEL, encoding="utf-8")
    schema = json.dumps({"version": 2, "models": [model]})
    (folder / "models" / f"bench_{name}.yml").write_text(schema, encoding="utf-8")
    profiles = (settings.root / "profiles.yml").read_text(encoding="utf-8")
    (folder / "profiles.yml").write_text(profiles, encoding="utf-8")

    def measure(target: int, batch: int) -> float:
        _run(settings, folder, target, batch, "--full-refresh")
        return batch / _run(settings, folder, target, batch)

    return measure


def _run(settings: Settings, folder: Path, target: int, batch: int, *flags: str) -> float:
    """Run the project's model; returns the seconds that it took."""
    variables = json.dumps({"target": target, "batch": batch})
    done = run_dbt(
        ["run", "--vars", variables, *flags],
        replace(settings, root=folder),
        quiet=True,
        target_path=folder / "target",
    )
    if done.returncode != 0:
        raise LodeError(f"The benchmark's dbt run failed: {done.output[-500:]}")
    (result,) = done.results
    return float(result["execution_time"])
