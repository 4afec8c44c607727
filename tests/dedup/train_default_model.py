"""Makes dedup/models/default.json anew after levels were changed.

The people are drawn by this folder's generator, so `lode sample` stays a set the model never saw.
"""

from __future__ import annotations

from dataclasses import replace

from generated_people import make_records
from joined_people import canonical_tables
from literal_people import featured

from dedup.model import DEFAULT_PATH, save_model
from dedup.settings import DedupRules
from dedup.train import train

PEOPLE, SEED = 20_000, 7


def main() -> None:
    """Train on single records, name the model and save it."""
    records = make_records(PEOPLE, SEED)
    tables = canonical_tables(records, {one.record_id: one.record_id for one in records})
    with featured(tables) as (database, _):
        source = f"{len(records):,} generated records of {PEOPLE:,} people"
        trained = train(database, DedupRules(), source, None)
    save_model(replace(trained.model, version="default-1"), DEFAULT_PATH)


if __name__ == "__main__":
    main()
