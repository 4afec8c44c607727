"""The whole way, files in and golden persons out, in records per second, step by step."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lode.demo import DEMO_FILES
from lode.pipeline import run_pipeline
from lode.sample import generate
from lode.settings import Settings
from lode.warehouse import deprovision, provision

PEOPLE = 200_000
QUICK_PEOPLE = 5_000


def run(settings: Settings, quick: bool = False) -> list[dict[str, Any]]:
    """Load a sample, build, deduplicate, build again, and build once more with nothing new.

    The reference of each row is the loading of the same records alone, so that the ratio says how
    much of the loader's speed the step keeps.
    """
    from dedup.pipeline import run as run_dedup
    from loaders.load import load_file

    own = settings.with_prefix("bench_pipeline")
    deprovision(own)
    provision(own)
    people = QUICK_PEOPLE if quick else PEOPLE
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "sample"
        generate(people, 7, files)
        records = 0

        def load() -> None:
            nonlocal records
            for name, table in DEMO_FILES:
                records += load_file(files / name, own, table=table, uploaded_by="bench").row_count

        steps = {
            "load": _seconds(load),
            "first build": _seconds(lambda: run_pipeline(own)),
            "dedup": _seconds(lambda: run_dedup(own)),
            "build after dedup": _seconds(lambda: run_pipeline(own)),
            "build with nothing new": _seconds(lambda: run_pipeline(own, is_forced=True)),
        }
    deprovision(own)
    whole = sum(seconds for name, seconds in steps.items() if name != "build with nothing new")
    rates = {name: records / seconds for name, seconds in steps.items()}
    rates["whole way"] = records / whole
    return [
        {
            "name": f"{name} ({records:,} records), against loading them",
            "ours": rate,
            "reference": rates["load"],
            "ratio": rate / rates["load"],
            "unit": "records/s",
        }
        for name, rate in rates.items()
    ]


def _seconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started
