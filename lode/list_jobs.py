"""What the dashboard may ask of lists: each job does what a command or a service of `lode` does.

Begun anew after a kill, a job finds what it completed, and makes no second.
"""

from __future__ import annotations

from typing import Any

from lode.errors import LodeError
from lode.job_kinds import JobKind, Outcome, Parameters, Work, is_id
from lode.list_definitions import NAME, Definition, ListVersion, definition_of
from lode.list_files import KEY, export_file, make_folder
from lode.rights import Right

MAXIMUM_REASON = 500
FILTERS = (
    "channel", "states", "sources", "where", "campaigns", "touched_days", "untouched_days",
    "segment", "least_score",
)  # fmt: skip


def _check_export(given: Parameters) -> None:
    if set(given) != {"name", "version", "reason", "key"}:
        raise LodeError("An export needs name and version of a list, a reason, and a key.")
    _check_version(given)
    key = given["key"]
    if not isinstance(key, str) or KEY.fullmatch(key) is None:
        raise LodeError("That is not the key of an export.")
    _check_reason(given, "what it is for")


def _check_version(given: Parameters) -> None:
    name, version = given["name"], given["version"]
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        raise LodeError("That is not the name of a list.")
    if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 2**32:
        raise LodeError("A list's version is a number from 1 on.")


def _check_reason(given: Parameters, what: str) -> None:
    reason = given["reason"]
    if not isinstance(reason, str) or not 0 < len(reason.strip()) <= MAXIMUM_REASON:
        raise LodeError(
            f"Say {what}, in 1 to {MAXIMUM_REASON} characters: the reason is kept with the export."
        )


def _check_number(value: object, what: str) -> None:
    if not is_id(value):
        raise LodeError(f"That is not the {what}.")


def _export(work: Work) -> Outcome:
    from lode.db import connect
    from lode.list_definitions import newest
    from lode.list_export import export_list
    from lode.list_ledger import complete_at

    given = work.parameters
    make_folder(work.settings)
    path = export_file(work.settings, given["key"])
    wanted = newest(work.settings, given["name"], given["version"])
    done = None
    if path.exists():
        with connect("loader", work.settings, schema="raw") as connection:
            done = complete_at(connection, path)
    if done is None:
        expected = _expected(work, wanted)
        done = export_list(
            work.settings,
            wanted.name,
            wanted.definition.channel,
            path,
            version=wanted.version,
            by=work.by,
            reason=given["reason"].strip(),
            tell=lambda checked: work.teller.progress(checked, expected),
        )
    waits = " It waits for a second person to release it." if done.is_held else ""
    return Outcome(
        f"Export {done.id} has {done.row_count:,} of {done.checked_count:,} people of the list"
        f" {done.list_name}, and is good until {done.valid_until:%Y-%m-%d %H:%M:%S} UTC.{waits}",
        {"export": done.id},
    )


def _expected(work: Work, wanted: ListVersion) -> int:
    """Return about how many people are to be decided about, and tell that this begins.

    As many as in the last export; of a version that never was exported they are counted.
    """
    from lode.db import connect
    from lode.list_gate import count_people
    from lode.list_ledger import expected_people
    from lode.person import fetch

    work.teller.phase("counting the people of the list")
    with connect("auditor", work.settings, schema="raw", autocommit=True) as connection:
        expected = expected_people(connection, wanted.name, wanted.version)
        if expected is None:
            at = fetch(connection, "select utc_timestamp(6) as at")[0]["at"]
            expected = count_people(connection, work.settings, wanted.definition, at)
    work.teller.phase("deciding about everybody")
    return expected


def _definition(given: Parameters) -> Definition:
    """Return the definition that a page asks for; LodeError for what can't be right."""
    said: dict[str, Any] = {key: given[key] for key in FILTERS} | {"phones": given.get("phones")}
    for key in ("states", "sources", "where", "campaigns"):
        if not isinstance(said[key], list) or not all(isinstance(one, str) for one in said[key]):
            raise LodeError(f"The filter {key} of a list is a list of texts.")
    for key in ("touched_days", "untouched_days"):
        if said[key] is not None and type(said[key]) is not int:
            raise LodeError("Days since the last contact are a number.")
    if said["least_score"] is not None and type(said["least_score"]) is not int:
        raise LodeError("The least score is a number.")
    if said["phones"] is not None and not isinstance(said["phones"], str):
        raise LodeError("The format of telephone numbers is a text.")
    return definition_of(**said)


def _check_define(given: Parameters) -> None:
    if set(given) - {"phones"} != {"name", *FILTERS}:
        raise LodeError("A list needs a name, a channel and its filters.")
    if not isinstance(given["name"], str) or NAME.fullmatch(given["name"]) is None:
        raise LodeError("A list's name has up to 64 small letters, digits, _ and -, such as tx_1.")
    _definition(given)


def _define(work: Work) -> Outcome:
    from lode.list_definitions import define

    saved = define(work.settings, work.parameters["name"], _definition(work.parameters), work.by)
    return Outcome(
        f"The list {saved.name} is saved as version {saved.version}.", {"version": saved.version}
    )


def _check_preview(given: Parameters) -> None:
    if set(given) != {"name", "version"}:
        raise LodeError("A preview needs name and version of a list.")
    _check_version(given)


def _preview(work: Work) -> Outcome:
    from lode.list_definitions import newest
    from lode.list_preview import preview_list

    given = work.parameters
    expected = _expected(work, newest(work.settings, given["name"], given["version"]))
    found = preview_list(
        work.settings,
        given["name"],
        given["version"],
        lambda checked: work.teller.progress(checked, expected),
    )
    return Outcome(
        f"Of {found.checked_count:,} people of the list {found.wanted.name}, version"
        f" {found.wanted.version}, {found.row_count:,} may be contacted now.",
        found.as_facts(),
    )


def _check_explain(given: Parameters) -> None:
    if set(given) != {"name", "version", "person"}:
        raise LodeError("To explain takes name and version of a list, and a person.")
    _check_version(given)
    _check_number(given["person"], "id of a person")


def _explain(work: Work) -> Outcome:
    from lode.list_explain import explain_in_list

    given = work.parameters
    found = explain_in_list(work.settings, given["name"], given["version"], given["person"])
    place = "in" if found.is_in_list else "not in"
    return Outcome(f"Person {found.person} is {place} the list {given['name']}.", found.as_facts())


def _check_release(given: Parameters) -> None:
    if set(given) != {"export", "reason"}:
        raise LodeError("A release needs the number of an export and a reason.")
    _check_number(given["export"], "number of an export")
    _check_reason(given, "why it may leave")


def _release(work: Work) -> Outcome:
    from lode.access import principal_of
    from lode.list_release import release

    given = work.parameters
    who = principal_of(work.settings, work.by)
    done = release(work.settings, given["export"], who, given["reason"])
    return Outcome(
        f"Export {done.id} of the list {done.list_name} is released: {done.row_count:,} lines.",
        {"export": done.id},
    )


JOB_KINDS = (
    JobKind("list_export", Right.BUILD_LISTS, _check_export, _export),
    JobKind("list_define", Right.BUILD_LISTS, _check_define, _define),
    JobKind("list_preview", Right.SEE_LISTS, _check_preview, _preview),
    JobKind("list_explain", Right.SEE_LISTS, _check_explain, _explain),
    JobKind("list_release", Right.RELEASE_LISTS, _check_release, _release),
)
