"""Anchors: digests of the audit log that are kept where its administrator can't write.

A file of JSON lines, one per anchor. Whoever can rewrite the whole log can't rewrite these.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path

from lode.audit_chain import Head
from lode.errors import LodeError
from lode.settings import Settings

DIGITS = frozenset("0123456789abcdef")


def anchor_line(settings: Settings, head: Head) -> str:
    """Return the line that anchors a log at its present end."""
    now = datetime.now(timezone.utc).replace(microsecond=0).isoformat()
    values = {
        "log": settings.schema("audit"),
        "sequence": head.sequence,
        "entry_hash": head.entry_hash,
        "anchored_at": now,
    }
    return json.dumps(values)


def add_anchor(path: Path, line: str) -> None:
    """Add a line to a file of anchors, on disk when this returns."""
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise LodeError(f"{path} can't be written: {error.strerror}.") from error


def read_anchors(path: Path, settings: Settings) -> dict[int, str]:
    """Return the digests that a file anchors, by the number of the entry."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise LodeError(f"The anchors in {path} can't be read: {reason}.") from error
    anchors: dict[int, str] = {}
    for number, line in enumerate(lines, start=1):
        sequence, digest = _parsed(line, settings, f"{path}, line {number}")
        if sequence == 0:
            continue
        if anchors.setdefault(sequence, digest) != digest:
            raise LodeError(
                f"{path}, line {number}: entry {sequence} was anchored with another digest before,"
                " so one of the two logs was not the true one."
            )
    return anchors


def _parsed(line: str, settings: Settings, place: str) -> tuple[int, str]:
    try:
        values = json.loads(line)
        log, sequence, digest = values["log"], values["sequence"], values["entry_hash"]
    except (ValueError, KeyError, TypeError):
        raise LodeError(f"{place} is no anchor: a line of `lode audit anchor` is needed.") from None
    if log != settings.schema("audit"):
        raise LodeError(f"{place} anchors the log {log}, not {settings.schema('audit')}.")
    is_digest = isinstance(digest, str) and len(digest) == 64 and set(digest) <= DIGITS
    if type(sequence) is not int or sequence < 0 or not is_digest:
        raise LodeError(f"{place} is no anchor: its number or its digest is none.")
    return sequence, digest
