"""What the dashboard may ask of lists: an export through the gate, as `lode list export` does it.

Begun anew after a kill, a job finds the export that it completed, and makes no second.
"""

from __future__ import annotations

from lode.errors import LodeError
from lode.job_kinds import JobKind, Outcome, Parameters, Work
from lode.list_definitions import NAME
from lode.list_files import KEY, export_file, make_folder
from lode.rights import Right

MAXIMUM_REASON = 500


def _check(given: Parameters) -> None:
    if set(given) != {"name", "version", "reason", "key"}:
        raise LodeError("An export needs name and version of a list, a reason, and a key.")
    name, version, key = given["name"], given["version"], given["key"]
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        raise LodeError("That is not the name of a list.")
    if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 2**32:
        raise LodeError("A list's version is a number from 1 on.")
    if not isinstance(key, str) or KEY.fullmatch(key) is None:
        raise LodeError("That is not the key of an export.")
    reason = given["reason"]
    if not isinstance(reason, str) or not 0 < len(reason.strip()) <= MAXIMUM_REASON:
        raise LodeError(
            f"Say what it is for, in 1 to {MAXIMUM_REASON} characters: the reason is kept with the"
            " export."
        )


def _export(work: Work) -> Outcome:
    from lode.db import connect
    from lode.list_definitions import newest
    from lode.list_export import export_list
    from lode.list_ledger import complete_at

    given = work.parameters
    make_folder(work.settings)
    path = export_file(work.settings, given["key"])
    wanted = newest(work.settings, given["name"], given["version"])
    work.teller.phase("deciding about everybody")
    done = None
    if path.exists():
        with connect("loader", work.settings, schema="raw") as connection:
            done = complete_at(connection, path)
    if done is None:
        done = export_list(
            work.settings,
            wanted.name,
            wanted.definition.channel,
            path,
            version=wanted.version,
            by=work.by,
            reason=given["reason"].strip(),
            tell=lambda checked: work.teller.progress(checked, None),
        )
    return Outcome(
        f"Export {done.id} has {done.row_count:,} of {done.checked_count:,} people of the list"
        f" {done.list_name}, and is good until {done.valid_until:%Y-%m-%d %H:%M:%S} UTC.",
        {"export": done.id},
    )


JOB_KINDS = (JobKind("list_export", Right.BUILD_LISTS, _check, _export),)
