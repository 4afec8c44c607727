"""What the dashboard may ask of the loaders: each job calls the service of the command line.

All may be killed and begun anew: a file finds its import, an undo its mark, a replay its landed
file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loaders.import_result import ImportResult
from loaders.progress import QuietReporter, State
from loaders.uploads import forget_upload, open_upload, write_mapping
from lode.errors import LodeError, printable
from lode.job_kinds import JobKind, Outcome, Parameters, Teller, Work
from lode.rights import Right
from lode.settings import Settings

IMPORT_ID = re.compile(r"imp_\d{4}_\d\d_\d\d_\d{3,9}")
PROCESSED = ("COMPLETE", "COMPLETE_WITH_ERRORS")


class TellingReporter(QuietReporter):
    """Hands on what the loader says of a file to the job's teller."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller

    def step(self, filename: str, step: str) -> None:
        """Hand on the step."""
        super().step(filename, step)
        self._teller.phase(step)

    def records(self, filename: str, state: State) -> None:
        """Hand on how far it is; the total is what the share of the file comes to."""
        total = round(state.last_record / state.share) if state.share else None
        self._teller.progress(state.last_record, total, state.rows_per_second)


def _load(work: Work) -> Outcome:
    from loaders.load import load_file

    given = work.parameters
    with open_upload(work.settings, given["upload"]) as path:
        result = load_file(
            path,
            work.settings,
            **_wishes(work.settings, given),
            uploaded_by=work.by,
            reporter=TellingReporter(work.teller),
        )
    if result.status not in PROCESSED:
        _process(work)
    return Outcome(result.sentence(), _facts(result))


def _dry_run(work: Work) -> Outcome:
    from loaders.dry_run import NOT_LOADED, dry_run
    from loaders.load import load_file

    given = work.parameters
    with (
        open_upload(work.settings, given["upload"]) as path,
        dry_run(work.settings) as attempt,
    ):
        result = load_file(
            path,
            attempt.settings,
            **_wishes(work.settings, given),
            uploaded_by=work.by,
            reporter=TellingReporter(work.teller),
        )
        if result.is_duplicate:
            return Outcome(result.sentence(), _facts(result))
        work.teller.phase("building beside the warehouse")
        found = [one for one in attempt.predict() if one.account.import_id == NOT_LOADED]
    return Outcome(
        "; ".join(one.sentence() for one in found),
        {"is_duplicate": False, "predictions": [one.as_event() for one in found]},
    )


def _replay(work: Work) -> Outcome:
    from loaders.replay import replay

    result = replay(
        work.parameters["import_id"],
        work.settings,
        work.parameters["mode"],
        reporter=TellingReporter(work.teller),
        by=work.by,
    )
    _process(work)
    return Outcome(result.sentence(), _facts(result))


def _undo(work: Work) -> Outcome:
    from loaders.undo import undo

    given = work.parameters
    reversal = undo(given["import_id"], work.settings, by=work.by, reason=given["reason"])
    if not reversal.is_done:
        _process(work)
    return Outcome(reversal.sentence(), reversal.__dict__)


def _undo_preview(work: Work) -> Outcome:
    from loaders.undo import undo

    reversal = undo(work.parameters["import_id"], work.settings, by=work.by, is_dry=True)
    return Outcome(reversal.sentence(), reversal.__dict__)


def _run(work: Work) -> Outcome:
    _process(work)
    return Outcome("All that was loaded is processed.")


def _process(work: Work) -> None:
    """Bring what is loaded into the warehouse, unless the job leaves that to a later one."""
    from lode.pipeline import run_pipeline
    from lode.run_history import last_good_run
    from lode.worker import time_left

    if work.parameters.get("no_run"):
        return
    last = last_good_run(work.settings)
    before = "" if last is None else f", which last took {time_left(last)}"
    work.teller.phase(f"building the warehouse{before}")
    run_pipeline(work.settings)


def _facts(result: ImportResult) -> dict[str, Any]:
    return {
        "import_id": result.import_id,
        "is_duplicate": result.is_duplicate,
        "row_count": result.row_count,
        "parse_rejected_count": result.parse_rejected_count,
    }


def _wishes(settings: Settings, given: Parameters) -> dict[str, Any]:
    """Return what was said about a file, as `load_file` takes it; columns become a mapping file."""
    path: Path | None = None
    if given.get("columns"):
        path = write_mapping(settings, given["upload"], given["mapping"], given["columns"])
    return {
        "table": given.get("table"),
        "member": given.get("member"),
        "mapping": None if path else given.get("mapping"),
        "mapping_file": path,
    }


def _check_file(given: Parameters) -> None:
    _check_keys(
        given, {"upload"}, frozenset({"name", "table", "member", "mapping", "columns", "no_run"})
    )
    columns = given.get("columns")
    if columns is None:
        return
    is_sound = isinstance(columns, Mapping) and all(
        isinstance(headers, list) and headers and all(isinstance(one, str) for one in headers)
        for headers in columns.values()
    )
    if not is_sound or not isinstance(given.get("mapping"), str):
        raise LodeError("A mapping of columns needs the headers of each, and what they are.")


def _check_replay(given: Parameters) -> None:
    from loaders.replay import MODES

    _check_keys(given, {"import_id", "mode"}, frozenset({"no_run"}))
    _check_import(given)
    if given["mode"] not in MODES:
        raise LodeError(f"The mode {printable(str(given['mode']), 40)} is not known.")


def _check_undo(given: Parameters) -> None:
    _check_keys(given, {"import_id", "reason"}, frozenset({"no_run"}))
    _check_import(given)
    reason = given["reason"]
    if not isinstance(reason, str) or not 0 < len(reason.strip()) <= 1024:
        raise LodeError("Say why, in 1 to 1,024 characters: the reason is kept with the import.")


def _check_undo_preview(given: Parameters) -> None:
    _check_keys(given, {"import_id"})
    _check_import(given)


def _check_run(given: Parameters) -> None:
    _check_keys(given, set())


def _check_import(given: Parameters) -> None:
    import_id = given["import_id"]
    if not isinstance(import_id, str) or IMPORT_ID.fullmatch(import_id) is None:
        raise LodeError(f"{printable(str(import_id), 40)} is not the id of an import.")


def _check_keys(
    given: Parameters, needed: set[str], optional: frozenset[str] = frozenset()
) -> None:
    keys = set(given)
    if not needed <= keys <= needed | optional:
        wanted = " and ".join(sorted(needed)) or "nothing"
        raise LodeError(f"This job needs {wanted}, and takes nothing that it does not know.")


def _forget(settings: Settings, given: Parameters) -> None:
    forget_upload(settings, given["upload"])


JOB_KINDS = (
    JobKind("load", Right.START_IMPORTS, _check_file, _load, _forget),
    JobKind("dry_run", Right.START_IMPORTS, _check_file, _dry_run),
    JobKind("replay", Right.START_IMPORTS, _check_replay, _replay),
    JobKind("undo", Right.START_IMPORTS, _check_undo, _undo),
    JobKind("run", Right.START_IMPORTS, _check_run, _run),
    JobKind("undo_preview", Right.START_IMPORTS, _check_undo_preview, _undo_preview),
)
