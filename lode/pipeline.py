"""The way from loaded imports to marts: dbt, dedup, dbt over the result; one run at a time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pymysql

from loaders.reports import keep_missing_reports
from lode.compliance_rules import has_new_facts
from lode.db import connect
from lode.dbt import DbtResult, run_dbt
from lode.errors import LodeError
from lode.lock_holders import busy_with_run, forget_holder, note_holder, run_lock_name
from lode.overrides import waiting_decisions
from lode.phone_resolver import VIEW, has_leftovers_view, settle_phones, take_again
from lode.report import print_imports, print_step, print_summary
from lode.run_history import note_run, utc_now
from lode.search_pepper import needs_search_keys, note_pepper
from lode.settings import Settings
from lode.warehouse_state import (
    ImportAccount,
    WarehouseSummary,
    has_unfinished_rebuild,
    needs_dedup,
    needs_publication,
    pending_imports,
    read_imports,
    read_summary,
)

BAD_STATES = ("error", "fail", "runtime error")
SEEDS_AND_VIEW = (
    "build", "--select", "resource_type:seed", VIEW,
    "--resource-type", "seed", "--resource-type", "model",
)  # fmt: skip
BUILD_REMEDY = "The imports stay LOADED; mend the cause and run `lode run` again."


@dataclass(frozen=True)
class RunResult:
    """What a run did: the imports it processed, and the warehouse afterwards."""

    imports: list[ImportAccount]
    summary: WarehouseSummary | None
    has_changed: bool


def run_pipeline(
    settings: Settings,
    *,
    is_dedup: bool = False,
    is_tested: bool = False,
    is_full_refresh: bool = False,
    is_forced: bool = False,
) -> RunResult:
    """Bring everything that is loaded into the marts and say what became of it.

    Nothing to do is found out without starting dbt, unless `is_forced`. Raises LodeError if a
    model fails: imports then stay LOADED and the next run takes them again.
    """
    with one_run_at_a_time(settings):
        if not is_full_refresh and (late := take_again(settings)):
            print_step(
                f"Imports taken again: {late}, for telephone numbers that dbt alone can't read."
            )
        waiting = pending_imports(settings)
        is_full_refresh = is_full_refresh or has_unfinished_rebuild(settings)
        is_stale = bool(waiting) or is_forced or is_full_refresh or read_summary(settings) is None
        is_stale = is_stale or has_new_facts(settings) or needs_search_keys(settings)
        # A rule that somebody changed decides from this run on.
        is_stale = is_stale or not has_current_seeds(settings)
        if is_stale or needs_publication(settings) or waiting_decisions(settings):
            _build(settings, is_tested=is_tested, is_full_refresh=is_full_refresh)
            is_stale = True
        if is_dedup and needs_dedup(settings):
            _deduplicate(settings)
            _build(settings, is_tested=is_tested)
            is_stale = True
        keep_missing_reports(settings)
    result = RunResult(read_imports(settings, waiting), read_summary(settings), is_stale)
    report(result)
    return result


def report(result: RunResult) -> None:
    """Print what a run did, for a person."""
    if not result.has_changed:
        print_step("Nothing new: every import is processed, the warehouse is unchanged.")
    print_imports(result.imports)
    if result.summary:
        print_summary(result.summary)
    unbalanced = [account for account in result.imports if not account.is_balanced]
    if unbalanced:
        raise LodeError(
            f"The accounting of {unbalanced[0].import_id} ({unbalanced[0].filename}) does not"
            " close: look at `lode import show` and keep the file."
        )


def _build(settings: Settings, *, is_tested: bool, is_full_refresh: bool = False) -> None:
    _load_seeds(settings)
    settle_phones(settings, is_rebuild=is_full_refresh)
    note_pepper(settings)
    started = time.monotonic()
    # Everything but the seeds, which _load_seeds has loaded.
    tested = ["build", "--resource-type", "model", "--resource-type", "test"]
    arguments = tested if is_tested else ["run"]
    if is_full_refresh:
        arguments.append("--full-refresh")
    started_at = utc_now()
    done = run_dbt(arguments, settings, quiet=True)
    note_run(settings, done, started_at)
    require_built(done, settings)
    models = sum(1 for node in done.results if node["unique_id"].startswith("model."))
    print_step(f"dbt built {models} models in {time.monotonic() - started:.0f} s.")


def _load_seeds(settings: Settings) -> None:
    """Load the code lists, unless the same ones were loaded into this warehouse before.

    With them comes the view that reads telephone numbers by them.
    """
    if has_current_seeds(settings) and has_leftovers_view(settings):
        return
    done = run_dbt([*SEEDS_AND_VIEW], settings, quiet=True)
    require_built(done, settings)
    marker = _seeds_marker(settings)
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(seeds_digest(settings.root / "seeds"))


def has_current_seeds(settings: Settings) -> bool:
    """Tell whether the code lists as they are now were loaded into this warehouse."""
    marker = _seeds_marker(settings)
    return (
        marker.exists()
        and marker.read_text() == seeds_digest(settings.root / "seeds")
        and read_summary(settings) is not None
    )


def _seeds_marker(settings: Settings) -> Path:
    return settings.home / "dbt" / f"seeds-{settings.warehouse_name}.sha256"


def seeds_digest(folder: Path) -> str:
    """Return a digest of all files of the code lists."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def require_built(done: DbtResult, settings: Settings, remedy: str = BUILD_REMEDY) -> None:
    """Raise a sentence that names the models that failed and where the whole story is."""
    if done.returncode == 0:
        return
    failed = [node for node in done.results if node.get("status") in BAD_STATES]
    log = settings.home / "logs" / "dbt" / "dbt.log"
    if not failed:
        lines = [line for line in done.output.splitlines() if line.strip()]
        last = lines[-1].strip() if lines else "no output"
        raise LodeError(f"dbt stopped before it built anything ({last}): see {log}.")
    name = str(failed[0]["unique_id"]).split(".")[2]
    message = " ".join(str(failed[0].get("message", "")).split())[:400]
    others = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    raise LodeError(
        f"dbt could not build {name}{others}: {message} {remedy} The whole story is in {log}."
    )


def _deduplicate(settings: Settings) -> None:
    from dedup.pipeline import run as run_dedup

    started = time.monotonic()
    found = run_dedup(settings)
    print_step(
        f"dedup compared {found.persons:,} persons in {time.monotonic() - started:.0f} s:"
        f" {found.links:,} links, {found.reviews:,} pairs to review,"
        f" {found.clusters:,} golden persons made of several."
    )


@contextmanager
def one_run_at_a_time(settings: Settings) -> Iterator[None]:
    """Keep every other run out for the block; BusyError says who is at work, and since when."""
    name = run_lock_name(settings)
    with connect("loader", settings, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("select get_lock(%s, 0)", (name,))
        (is_mine,) = cursor.fetchone() or (0,)
        if not is_mine:
            raise busy_with_run(cursor, settings)
        note_holder(cursor, name, settings)
        try:
            yield
        finally:
            forget_holder(cursor, name, settings)
            # The end of a connection gives it back too, but MySQL may take a moment for that.
            with suppress(pymysql.MySQLError, OSError):
                cursor.execute("select release_lock(%s)", (name,))
