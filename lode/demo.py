"""The whole way on made-up people: files, load, dbt, dedup, dbt again, summary."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from lode.errors import LodeError
from lode.pipeline import RunResult, run_pipeline
from lode.report import print_step
from lode.settings import Settings

# In the order a company would get them: people first, then what was done and what was refused.
DEMO_FILES: tuple[tuple[str, str | None], ...] = (
    ("crm.sqlite", "contacts"),
    ("campaign_leads_q1.csv", None),
    ("mailing_house.csv", None),
    ("call_center_export.csv", None),
    ("web_signups.csv", None),
    ("campaigns.csv", None),
    ("touchpoints.csv", None),
    ("opt_outs.csv", None),
    ("dnc_registry.csv", None),
)
REGISTRY = "dnc_registry.csv"


def run_demo(settings: Settings, *, people: int, seed: int) -> RunResult:
    """Make the sample once, load what is new of it, build; a second time changes nothing."""
    folder = make_sample(settings, people=people, seed=seed)
    load_sample(settings, folder)
    return run_pipeline(settings, is_dedup=True)


def make_sample(settings: Settings, *, people: int, seed: int) -> Path:
    """Return the folder of the sample, made now unless it is there already."""
    from lode.sample import generate

    folder = settings.home / "demo" / f"sample-{people}-{seed}"
    if (folder / "truth.csv").exists():
        print_step(f"Sample of {people:,} made-up people: already in {folder}.")
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    generate(people, seed, folder)
    print_step(f"Sample of {people:,} made-up people written to {folder}.")
    return folder


def load_sample(settings: Settings, folder: Path) -> None:
    """Load every file of a sample; files that were loaded before are told so and left alone."""
    from loaders.load import load_file

    for name, table in DEMO_FILES:
        path = folder / name
        if not path.exists():
            raise LodeError(
                f"The sample in {folder} lacks {name}: remove the folder and try again."
            )
        loaded = load_file(path, settings, table=table, uploaded_by="demo")
        word = "same file as" if loaded.is_duplicate else "loaded as"
        print_step(f"{name}: {loaded.row_count:,} records, {word} {loaded.import_id}.")
    subscribe_registry(settings, folder / REGISTRY)


def subscribe_registry(settings: Settings, path: Path) -> None:
    """Take the sample's list for a download of the national registry, made today.

    Without a copy that is fresh nobody may be called; a second demo of the same day changes
    nothing.
    """
    from loaders.dnc.load import DncRequest, load_registry

    today = datetime.now(timezone.utc).date()
    request = DncRequest("national", "DEMO", today, area_codes=(), loaded_by="demo")
    version = load_registry(path, settings, request).version
    print_step(f"{path.name}: {version.number_count:,} numbers, registry version {version.id}.")
