"""The commands `lode access grant`, `lode access revoke` and `lode access list`."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import Annotated

import typer

from lode.settings import load_settings
from lode.tables import print_table

LOGIN = typer.Argument(..., metavar="LOGIN", help="The e-mail address somebody logs in with.")
ROLE = typer.Argument(
    ..., metavar="ROLE", help="viewer, operator, steward, compliance, auditor or admin."
)
REASON = typer.Option(..., "--reason", help="Why; kept for ever.")
By = Annotated[str | None, typer.Option("--by", help="Who decides it; default: you.")]
FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    access = typer.Typer(no_args_is_help=True, help="Who may do what in the dashboard.")
    access.command("grant")(grant)
    access.command("revoke")(revoke)
    access.command("list")(list_grants)
    app.add_typer(access, name="access")


def grant(
    login: str = LOGIN,
    role: str = ROLE,
    reason: str = REASON,
    valid_from: Annotated[
        datetime | None, typer.Option("--from", formats=FORMATS, help="When it begins, UTC.")
    ] = None,
    valid_to: Annotated[
        datetime | None, typer.Option("--to", formats=FORMATS, help="When it ends, UTC.")
    ] = None,
    by: By = None,
) -> None:
    """Give somebody a role in the dashboard, from now on or between two days.

    Example: lode access grant ada@example.com operator --reason "loads the weekly files"
    """
    from lode import access

    number = access.grant(
        load_settings(),
        login,
        role,
        by=by or getpass.getuser(),
        reason=reason,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    print(f"Grant {number}: {access.checked_subject(login)} has the role {role}.")


def revoke(
    login: str = LOGIN,
    role: str = ROLE,
    reason: str = REASON,
    by: By = None,
) -> None:
    """End somebody's role at once.

    Example: lode access revoke ada@example.com operator --reason "left the team"
    """
    from lode import access

    ended = access.revoke(load_settings(), login, role, by=by or getpass.getuser(), reason=reason)
    numbers = ", ".join(map(str, ended))
    print(f"Grant {numbers} is ended: {access.checked_subject(login)} has no role {role} any more.")


def list_grants(
    login: str | None = typer.Argument(None, metavar="[LOGIN]", help="Of one person only."),
) -> None:
    """List the roles that stand now or will begin.

    Example: lode access list
    """
    from lode import access

    found = access.grants(load_settings(), login)
    if not found:
        print("No roles are granted: `lode access grant LOGIN ROLE --reason …` grants one.")
        return
    lines = [
        (
            str(one.number), one.subject, one.role, _moment(one.valid_from),
            _moment(one.valid_to), one.granted_by, one.reason,
        )
        for one in found
    ]  # fmt: skip
    print_table([("grant", "login", "role", "from", "to", "by", "reason"), *lines], right=(0,))


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
