"""The commands `lode audit verify`, `lode audit show` and `lode audit anchor`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from lode.audit_chain import Head
from lode.audit_span import Span
from lode.errors import LodeError
from lode.settings import Settings, load_settings
from lode.tables import print_table

KEEP = "Keep the server as it is, and compare with a backup."


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    audit = typer.Typer(no_args_is_help=True, help="Who did what: read it, prove it unchanged.")
    audit.command("verify")(verify)
    audit.command("show")(show)
    audit.command("anchor")(anchor)
    app.add_typer(audit, name="audit")


def verify(
    anchors: Annotated[
        Path | None, typer.Option("--anchors", help="A file of `lode audit anchor` lines.")
    ] = None,
    begin: str = typer.Option("", "--from", help="An entry or a day: only a part, from there on."),
    end: str = typer.Option("", "--to", help="An entry or a day: only a part, up to there."),
) -> None:
    """Prove that no entry of the audit log was changed, deleted, inserted, moved or cut off.

    And that the ledger of exports, with the digest of each file, and the facts that are only added
    to (requests, consents, answers, lines, slots) are what their entries say; not where only a part
    of the log is asked for.

    Example: lode audit verify --anchors /mnt/elsewhere/anchors.jsonl
    """
    from lode.audit_span import span_of
    from lode.fact_check import check_facts
    from lode.list_audit import check_exports

    settings = load_settings()
    span = span_of(begin, end)
    if not span.is_all:
        _part(settings, span, anchors)
        return
    head = _whole(settings, anchors)
    print(f"{head.sequence:,} entries, each follows the one before; the last is {head.entry_hash}.")
    count = check_exports(settings)
    print(f"{count:,} exports in the ledger, each as its entry says.")
    facts = check_facts(settings)
    print(f"{facts:,} requests, consents, answers, lines and slots, each as its entry says.")


def show(
    limit: int = typer.Option(20, "--limit", min=1, help="How many of the newest."),
    event: str | None = typer.Option(None, "--event", help="Such as import.undo."),
    subject: str | None = typer.Option(None, "--subject", help="Such as imp_2026_02_19_001."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object per line."),
) -> None:
    """Show the newest entries of the audit log.

    Example: lode audit show --event import.undo
    """
    from lode.audit import newest

    entries = newest(load_settings(), limit, event, subject)
    if as_json:
        for entry in entries:
            values = dataclasses.asdict(entry)
            values["recorded_at"] = f"{entry.recorded_at.isoformat()}Z"
            values["payload"] = json.loads(entry.payload)
            print(json.dumps(values, ensure_ascii=False))
        return
    if not entries:
        print("No such entry in the audit log.")
        return
    rows = [
        (
            str(entry.sequence),
            f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
            entry.actor,
            entry.account,
            entry.event,
            entry.subject,
            entry.payload,
        )
        for entry in entries
    ]
    headings = ("entry", "when (UTC)", "who", "account", "event", "subject", "what")
    print_table([headings, *rows], right=(0,))


def anchor(
    target: Annotated[
        Path | None, typer.Option("--to", help="Add the line to this file, once it agrees.")
    ] = None,
) -> None:
    """Verify the log and give the line that anchors it; keep it where no administrator writes.

    Example: lode audit anchor --to /mnt/elsewhere/anchors.jsonl
    """
    from lode.audit_anchors import add_anchor, anchor_line

    settings = load_settings()
    head = _whole(settings, target if target and target.exists() else None)
    line = anchor_line(settings, head)
    if target:
        add_anchor(target, line)
    print(line)


def _part(settings: Settings, span: Span, anchors: Path | None) -> None:
    """Say what verifying a part of the log came to; LodeError names the first bad entry of it."""
    from lode.audit import verify_span
    from lode.audit_anchors import read_anchors

    found = verify_span(settings, span, read_anchors(anchors, settings) if anchors else {})
    if found.verdict.fault:
        raise LodeError(f"{found.sentence()} {KEEP}")
    print(found.sentence())


def _whole(settings: Settings, anchors: Path | None) -> Head:
    """Return the end of a log that is whole; LodeError names the first entry that is not."""
    from lode.audit import verify_log
    from lode.audit_anchors import read_anchors

    verdict = verify_log(settings, read_anchors(anchors, settings) if anchors else {})
    if verdict.fault:
        raise LodeError(f"{verdict.fault.sentence()} {KEEP}")
    return verdict.head
