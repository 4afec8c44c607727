"""What dbt is spared leaves what it says, finds and reads as it was."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from lode.dbt import LAUNCHER, dbt_command
from lode.settings import load_settings

ASKING = Path(__file__).parent / "saved_dbt.py"


def test_dbt_answers_the_same_with_our_savings_as_without() -> None:
    python = dbt_command(load_settings())[0]
    done = subprocess.run(
        [python, "-I", str(ASKING), str(LAUNCHER.parent)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    plain, saved = json.loads(done.stdout)
    assert saved == plain
    # And the questions are such that the answers tell something.
    assert all(len(set(answers)) > 1 for answers in plain.values())
    assert "ApproximateMatchError" in plain["relations"]
    assert plain["packets"][:-1] == ["True"] * 10
    assert plain["packets"][-1] == "InterfaceError"
    assert plain["macros"][1] == "[4 [0, 1] () ][6 [0, 1] () ]!"
