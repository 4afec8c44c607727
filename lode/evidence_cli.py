"""The command `lode evidence`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lode.errors import LodeError
from lode.settings import load_settings
from lode.tables import print_table

if TYPE_CHECKING:
    from lode.evidence import Pack


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("evidence")(evidence)


def evidence(
    phone: Annotated[str | None, typer.Option("--phone", help="A telephone number.")] = None,
    email: Annotated[str | None, typer.Option("--email", help="A mail address.")] = None,
    address: Annotated[
        str | None, typer.Option("--address", help="A postal address: street, city, state ZIP.")
    ] = None,
    person: Annotated[int | None, typer.Option("--person", min=1, help="A person id.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A file, or a folder for it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The pack itself, as JSON.")] = False,
    by: Annotated[str | None, typer.Option("--by", help="Who reads it; default: you.")] = None,
) -> None:
    """Gather five years of what was known, decided and done about a contact point or person.

    Example: lode evidence --phone 512-555-0134 --out evidence.json
    """
    from lode.addresses import named_contact
    from lode.comply import utc_moment
    from lode.evidence import collect, write_pack
    from lode.lock_holders import current_user

    if sum(one is not None for one in (phone, email, address, person)) != 1:
        raise LodeError("Give one of --phone, --email, --address and --person.")
    settings = load_settings()
    contact = named_contact(settings, phone, email, address) if person is None else None
    pack = collect(settings, contact, person, utc_moment(None, "--until"), by or current_user())
    if out is not None:
        print(f"The pack is in {write_pack(pack, out)}, SHA-256 of its content {pack.digest}.")
    elif as_json:
        print(pack.text, end="")
    else:
        _print(pack)


def _print(pack: Pack) -> None:
    """Say how much there is, without a clear contact value."""
    from lode.masking import mask_contact

    for contact in pack.subject.contacts:
        print(mask_contact(contact.kind, contact.value))
    rows = [(name.replace("_", " "), f"{len(rows):,}") for name, rows in pack.sections.items()]
    print_table([("what", "records"), *rows], right=(1,))
    against = sum(bool(row["incidents"]) for row in pack.sections["contacts"])
    print(f"{against:,} contacts were made against a rule. `--out FILE` writes the whole pack.")
