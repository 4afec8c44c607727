"""What a run knew, kept in a DuckDB file: features, frequencies, and the pairs near the threshold.

With it a question about a pair or a stranger needs no reading of all persons, and the next run
compares only who is new or changed. It can always be made again: a missing one costs time, no more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from dedup.database import quoted, working_database
from dedup.features import build_features, read_nicknames
from dedup.model import Model
from dedup.predict import count_terms
from dedup.score import create_scores
from dedup.settings import DedupRules
from dedup.source import read_persons
from lode.errors import LodeError
from lode.locks import file_lock
from lode.settings import Settings

FORMAT = 2
# Seconds to wait for another process that writes the snapshot of this warehouse.
PATIENCE = 600.0


@dataclass(frozen=True)
class Meta:
    """What a snapshot was made by: the job, its model and rules as hashes, how many persons."""

    job_id: str
    model: str
    rules: str
    person_count: int
    format: int = FORMAT


def snapshot_path(settings: Settings) -> Path:
    """Where the snapshot of a warehouse is kept."""
    return settings.home / "dedup" / f"{settings.engine}_{settings.prefix}.duckdb"


@contextmanager
def saving_snapshot(
    settings: Settings, database: duckdb.DuckDBPyConnection, rules: DedupRules, meta: Meta
) -> Iterator[list[LodeError]]:
    """Write the tables of a run beside the last snapshot during the body, then in its place.

    The body mostly waits for the warehouse. When the disk says no, or another process writes one
    for too long, the list that is yielded holds the error afterwards and the last snapshot is gone
    too, as it is outdated. A body that fails leaves the last snapshot as it is.
    """
    path = snapshot_path(settings)
    failures: list[LodeError] = []
    with ExitStack() as held:
        try:
            # A run and a question may write at once, both to the unfinished file.
            held.enter_context(file_lock(path.with_suffix(".lock"), PATIENCE))
        except LodeError as error:
            failures.append(error)
        if failures:
            yield failures
            _remove(path)
            return
        with _writing(path, database, rules, meta, failures):
            yield failures


@contextmanager
def _writing(
    path: Path,
    database: duckdb.DuckDBPyConnection,
    rules: DedupRules,
    meta: Meta,
    failures: list[LodeError],
) -> Iterator[None]:
    """Write in a thread of its own during the body; what goes wrong is added to the failures."""
    unfinished = path.with_name(path.name + ".unfinished")
    with ThreadPoolExecutor(max_workers=1) as pool:
        pending = pool.submit(_write, unfinished, database.cursor(), rules, meta)
        try:
            yield
        except BaseException:
            pending.exception()
            _remove(unfinished)
            raise
        try:
            pending.result()
            unfinished.replace(path)
        except (OSError, duckdb.Error) as error:
            _remove(path, unfinished)
            reason = str(error).strip().splitlines()[0]
            failures.append(LodeError(f"{path} can't be written ({reason})."))


def _write(path: Path, database: duckdb.DuckDBPyConnection, rules: DedupRules, meta: Meta) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    database.execute(f"attach '{quoted(path)}' as kept")
    try:
        for table in _tables(rules):
            database.execute(f"create table kept.{table} as select * from {table}")
        database.execute(
            "create table kept.meta as select $text as content", {"text": json.dumps(asdict(meta))}
        )
    finally:
        database.execute("detach kept")


def _remove(*paths: Path) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


@contextmanager
def attached(database: duckdb.DuckDBPyConnection, settings: Settings) -> Iterator[Meta | None]:
    """Attach the snapshot as the schema `kept`, read-only; None if none can be read."""
    path = snapshot_path(settings)
    try:
        database.execute(f"attach '{quoted(path)}' as kept (read_only)")
    except duckdb.Error:
        yield None
        return
    try:
        yield _meta(database)
    finally:
        database.execute("detach kept")


@contextmanager
def open_snapshot(
    settings: Settings, job_id: str, rules: DedupRules, model: Model
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Meta]]:
    """A database with views of the snapshot of a job; one that is missing is made first.

    A snapshot made later knows the persons of today, not those of the job.
    """
    with working_database(settings) as database:
        with attached(database, settings) as meta:
            is_there = meta is not None and meta.job_id == job_id
        if not is_there:
            _make(settings, job_id, rules, model)
        with attached(database, settings) as meta:
            if meta is None:
                raise LodeError(f"{snapshot_path(settings)} can't be read: remove it.")
            for table in _tables(rules):
                database.execute(f"create or replace view {table} as select * from kept.{table}")
            yield database, meta
            for table in _tables(rules):
                database.execute(f"drop view {table}")


def _make(settings: Settings, job_id: str, rules: DedupRules, model: Model) -> None:
    with working_database(settings) as database:
        names = read_nicknames(settings.root)
        features = build_features(database, read_persons(settings), names, rules)
        count_terms(database, rules, model, features.person_count, features.table)
        database.execute("create table candidates (person_id_l ubigint, person_id_r ubigint)")
        create_scores(database, "pair_scores")
        meta = Meta(job_id, "", "", features.person_count)
        with saving_snapshot(settings, database, rules, meta) as failures:
            pass
        if failures:
            raise failures[0]


def _tables(rules: DedupRules) -> tuple[str, ...]:
    return ("features", "candidates", "pair_scores", *(f"term_{term}" for term in rules.terms))


def _meta(database: duckdb.DuckDBPyConnection) -> Meta | None:
    try:
        (text,) = database.execute("select content from kept.meta").fetchall()[0]
        meta = Meta(**json.loads(text))
    except (duckdb.Error, TypeError, ValueError, IndexError):
        return None
    return meta if meta.format == FORMAT else None
