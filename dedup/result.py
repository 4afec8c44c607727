"""What a dedup run reports back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DedupResult:
    """What a run did. `pairs` = `links` + `reviews`; `clusters` have two persons or more.

    `is_unchanged`: the run in force was made from the same persons, model and rules, so nothing was
    written. `notes` are sentences for the operator, `events` the groups that merged or split since
    the job before. `compared` persons were new or changed; in a full run all of them.
    """

    job_id: str
    persons: int
    pairs: int
    links: int
    reviews: int
    clusters: int
    model_version: str
    is_unchanged: bool = False
    notes: tuple[str, ...] = ()
    events: int = 0
    compared: int = 0
