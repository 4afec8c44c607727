"""The commands as a user runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from canonical_warehouse import create_canonical
from generated_people import make_records
from joined_people import canonical_tables, join_records

from lode.settings import Settings


def lode(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `lode dedup …` against the warehouse of a test."""
    environment = os.environ | {
        "LODE_HOME": str(settings.home),
        "LODE_ENGINE": settings.engine,
        "LODE_DB_PREFIX": settings.prefix,
    }
    command = [sys.executable, "-c", "from lode.cli import main; main()", "dedup", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.database
def test_commands_speak_in_sentences(warehouse: Settings, tmp_path: Path) -> None:
    early = lode(warehouse, "run")
    assert early.returncode == 1
    assert early.stderr.startswith("lode: There is no usable table")
    assert len(early.stderr.strip().splitlines()) == 1
    records = make_records(people=300, seed=15)
    create_canonical(warehouse, canonical_tables(records, join_records(records)))
    first = lode(warehouse, "run")
    assert first.returncode == 0, first.stderr
    assert "pairs linked" in first.stdout
    assert first.stderr == ""
    again = lode(warehouse, "run")
    assert "Nothing changed since dedup_" in again.stdout
    assert again.returncode == 0
    blocking = lode(warehouse, "blocking")
    assert blocking.returncode == 0, blocking.stderr
    assert "ZIP + first name" in blocking.stdout
    wrong = lode(warehouse, "run", "--link", "1", "--review", "2")
    assert wrong.returncode == 1
    assert "review not above link" in wrong.stderr
    untrained = lode(warehouse, "train")
    assert untrained.returncode == 1
    assert "stg_people" in untrained.stderr
    lost = lode(warehouse, "evaluate", "--truth", str(tmp_path / "none.csv"))
    assert lost.returncode == 1
    assert "no truth file" in lost.stderr
    written = lode(warehouse, "map", str(tmp_path / "map.csv"))
    assert written.returncode == 0, written.stderr
    assert "0 records written" in written.stdout
