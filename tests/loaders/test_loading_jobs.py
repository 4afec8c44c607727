"""The jobs of the loaders through the real services: load, undo, replay; bad parameters."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest

from loaders import import_rows, uploads
from loaders.jobs import JOB_KINDS
from lode import audit
from lode.db import connect
from lode.errors import LodeError
from lode.job_kinds import Outcome, Work
from lode.settings import Settings

pytestmark = pytest.mark.database
CSV = b"first name,last name,Emial,phone\nAnn,Lee,m1@example.com,512-555-0101\nbroken\n"
KINDS = {kind.name: kind for kind in JOB_KINDS}


class Teller:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.counts: list[int] = []

    def phase(self, name: str) -> None:
        self.phases.append(name)

    def progress(self, done: int, total: int | None, speed: float | None = None) -> None:
        self.counts.append(done)


def run(settings: Settings, kind: str, teller: Teller | None = None, **given: Any) -> Outcome:
    """Check and work a job as the worker does."""
    KINDS[kind].check(given)
    return KINDS[kind].run(Work(settings, given, "ada@example.com", teller or Teller()))


def status(settings: Settings, import_id: str) -> str:
    with connect("loader", settings, schema="raw") as connection:
        return import_rows.read(connection, import_id).status


def test_a_file_is_loaded_undone_and_replayed(warehouse: Settings) -> None:
    key = uploads.keep_upload(warehouse, "leads.csv", io.BytesIO(CSV))
    columns = {"first_name": ["first name"], "last_name": ["last name"], "email_1": ["Emial"]}
    given = {"upload": key, "name": "leads.csv", "mapping": "people", "columns": columns}
    teller = Teller()
    loaded = run(warehouse, "load", teller, **given, no_run=True)
    import_id = loaded.facts["import_id"]
    assert loaded.facts["row_count"] == 2
    assert loaded.facts["parse_rejected_count"] == 1
    assert teller.phases[0] == "copying"
    with connect("loader", warehouse, schema="raw") as connection:
        row = import_rows.read(connection, import_id)
        assert (row.uploaded_by, row.filename) == ("ada@example.com", "leads.csv")
        assert '"Emial": "email_1"' in row.mapping
        assert '"phone": "email_1"' not in row.mapping
    # A worker that died behind the load finds it done.
    again = run(warehouse, "load", **given, no_run=True)
    assert again.facts["is_duplicate"]
    KINDS["load"].clean(warehouse, given)
    with pytest.raises(LodeError, match="upload it again"):
        run(warehouse, "load", **given, no_run=True)
    assert "0 records refused" in run(warehouse, "undo_preview", import_id=import_id).message
    assert status(warehouse, import_id) == "LOADED"
    undo = {"import_id": import_id, "reason": "wrong list", "no_run": True}
    first, second = run(warehouse, "undo", **undo), run(warehouse, "undo", **undo)
    assert first.message == second.message
    assert status(warehouse, import_id) == "UNDOING"
    assert len(audit.newest(warehouse, 10, "import.undo", import_id)) == 1


def test_a_replay_is_signed_by_who_asked(warehouse: Settings) -> None:
    key = uploads.keep_upload(warehouse, "leads.csv", io.BytesIO(CSV.replace(b"Emial", b"email")))
    loaded = run(warehouse, "load", upload=key, mapping="people", no_run=True)
    import_id = loaded.facts["import_id"]
    for mode in ("full", "errors-only"):
        replayed = run(warehouse, "replay", import_id=import_id, mode=mode, no_run=True)
        assert replayed.facts["row_count"] == 2
    entries = audit.newest(warehouse, 10, "import.replay", import_id)
    assert [one.actor for one in entries] == ["ada@example.com"] * 2


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("load", {}),
        ("load", {"upload": "x", "query": "select 1"}),
        ("load", {"upload": "x", "columns": {"email_1": "email"}, "mapping": "people"}),
        ("load", {"upload": "x", "columns": {"email_1": ["email"]}}),
        ("replay", {"import_id": "imp_2026_02_19_001", "mode": "some"}),
        ("replay", {"import_id": "../imp", "mode": "full"}),
        ("undo", {"import_id": "imp_2026_02_19_001", "reason": " "}),
        ("undo", {"import_id": "imp_2026_02_19_001"}),
        ("undo_preview", {"import_id": 7}),
        ("run", {"import_id": "imp_2026_02_19_001"}),
    ],
)
def test_parameters_that_cannot_be_right_are_refused(kind: str, given: Mapping[str, Any]) -> None:
    with pytest.raises(LodeError):
        KINDS[kind].check(given)


@pytest.mark.parametrize("key", ["../../etc", "0" * 32, 7, None])
def test_a_key_leads_nowhere_else(warehouse_module: Settings, key: object) -> None:
    with pytest.raises(LodeError, match="upload"):
        run(warehouse_module, "load", upload=key, mapping="people")
