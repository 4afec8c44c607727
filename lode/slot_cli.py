"""The commands of `lode slot`: leave to contact somebody, for some minutes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lode.errors import LodeError
from lode.settings import load_settings

if TYPE_CHECKING:
    from lode.comply import Reason
    from lode.slots import Refused, Taken

REFUSED = 3
By = Annotated[str | None, typer.Option("--by", help="Who does it; default: you.")]
Number = Annotated[int, typer.Argument(metavar="SLOT", min=1, help="Its number.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    group = typer.Typer(no_args_is_help=True, help="Leave to make one contact, under the caps.")
    for name, function in (("take", take), ("use", use), ("release", release)):
        group.command(name)(function)
    app.add_typer(group, name="slot")


def take(
    channel: Annotated[str, typer.Option("--channel", help="call, sms, email or mail.")],
    phone: Annotated[str | None, typer.Option("--phone", help="A telephone number.")] = None,
    email: Annotated[str | None, typer.Option("--email", help="A mail address.")] = None,
    address: Annotated[str | None, typer.Option("--address", help="A postal address.")] = None,
    person: Annotated[
        int | None, typer.Option("--person", min=1, help="Who it is, or who gets the letter.")
    ] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="What it is for.")] = None,
    minutes: Annotated[
        int, typer.Option("--minutes", min=1, max=1440, help="How long it is held.")
    ] = 15,
    by: Annotated[str | None, typer.Option("--by", help="Who contacts; default: you.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Decide about a contact and take a slot for it; exit code 3, with the reasons, if refused.

    Example: lode slot take --phone 512-555-0134 --channel call --campaign spring
    """
    from lode.addresses import named_contact
    from lode.lock_holders import current_user
    from lode.slots import Refused, Wanted
    from lode.slots import take as take_slot

    named = sum(one is not None for one in (phone, email, address))
    if named > 1 or (named == 0 and person is None):
        raise LodeError("Name the phone, mailbox or address, or with --channel mail the person.")
    settings = load_settings()
    contact = named_contact(settings, phone, email, address) if named else None
    wanted = Wanted(channel, contact, person, campaign)
    answer = take_slot(settings, wanted, by=by or current_user(), minutes=minutes)
    if as_json:
        print(json.dumps(_as_json(answer), indent=2, ensure_ascii=False))
    elif isinstance(answer, Refused):
        print(answer.sentence())
    else:
        print(
            f"Slot {answer.slot.id} is held until {_instant(answer.slot.expires_at)}: then"
            f" `lode slot use {answer.slot.id}` or `lode slot release {answer.slot.id}`."
        )
        for reason in answer.advice:
            print(f"  advise  {reason.code}: {reason.meaning} [{reason.rule_id}]")
    if isinstance(answer, Refused):
        raise typer.Exit(REFUSED)


def use(
    number: Number,
    at: Annotated[
        str | None, typer.Option("--at", help="When it was made, UTC if no offset; default: now.")
    ] = None,
    by: By = None,
) -> None:
    """Note that the contact of a slot was made.

    Example: lode slot use 7
    """
    from lode.comply import utc_moment
    from lode.slots import use as use_slot

    is_held = use_slot(load_settings(), number, utc_moment(at, "--at"), by)
    print(f"The contact of slot {number} is made and counts.")
    if not is_held:
        print("The slot had ended before: another may have been given since.")


def release(number: Number, by: By = None) -> None:
    """Give a slot back: the contact was not made.

    Example: lode slot release 7
    """
    from lode.slots import release as release_slot

    release_slot(load_settings(), number, by)
    print(f"Slot {number} is given back.")


def _as_json(answer: Taken | Refused) -> dict[str, Any]:
    from lode.slots import Refused

    if isinstance(answer, Refused):
        return {
            "is_allowed": False, "at": _instant(answer.at), "slot": None, "expires_at": None,
            "next_allowed_at": _instant(answer.next_allowed_at),
            "reasons": [_reason(one) for one in answer.reasons], "advice": [],
        }  # fmt: skip
    return {
        "is_allowed": True, "at": _instant(answer.at), "slot": answer.slot.id,
        "expires_at": _instant(answer.slot.expires_at), "next_allowed_at": _instant(answer.at),
        "reasons": [], "advice": [_reason(one) for one in answer.advice],
    }  # fmt: skip


def _reason(reason: Reason) -> dict[str, Any]:
    moments = ("blocks_from", "blocks_until")
    return {
        name: _instant(value) if name in moments else value
        for name, value in asdict(reason).items()
    }


def _instant(moment: datetime | None) -> str | None:
    return f"{moment.isoformat()}Z" if moment else None
