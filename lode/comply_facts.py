"""Verdicts as facts of a job, for a page: contact points masked, moments as text (UTC)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lode.comply import Verdict
from lode.comply_hours import local_words
from lode.masking import mask_contact


def verdict_facts(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Return verdicts with every reason, its rule and its citation."""
    return [
        {
            "contact": mask_contact(one.contact.kind, one.contact.value),
            "kind": one.contact.kind,
            "channel": one.channel,
            "is_allowed": one.is_allowed,
            "next_allowed_at": _text(one.next_allowed_at),
            "next_allowed_local": local_words(one.next_allowed_at, one.time_zones),
            "reasons": [
                {
                    "code": reason.code, "meaning": reason.meaning, "rule": reason.rule_id,
                    "citation": reason.citation, "enforcement": reason.enforcement,
                    "until": _text(reason.blocks_until),
                }
                for reason in one.reasons
            ],
        }
        for one in verdicts
    ]  # fmt: skip


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
