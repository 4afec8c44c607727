"""The commands `lode comply`, `lode optout`, `lode consent` and `lode lines`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lode import reply_cli, risk_cli
from lode.errors import LodeError
from lode.settings import load_settings

if TYPE_CHECKING:
    from lode.comply import Verdict

Phone = Annotated[str | None, typer.Option("--phone", help="A telephone number.")]
Email = Annotated[str | None, typer.Option("--email", help="A mail address.")]
Address = Annotated[
    str | None, typer.Option("--address", help="A postal address: street, city, state ZIP.")
]
PersonId = Annotated[int | None, typer.Option("--person", min=1, help="A person id.")]
At = Annotated[str | None, typer.Option("--at", help="The moment, UTC if no offset; default: now.")]
By = Annotated[str | None, typer.Option("--by", help="Who writes it down; default: you.")]
AsJson = Annotated[bool, typer.Option("--json", help="As one JSON array.")]
ChannelName = Annotated[str | None, typer.Option("--channel", help="call, sms, email or mail.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    groups: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("comply", "Whom may we contact, why.", [("explain", explain), ("risk", risk_cli.risk)]),
        ("optout", "Requests not to be contacted.", [("add", add_opt_out)]),
        ("consent", "Consents and relationships.", [("add", add_consent), ("load", load_consents)]),
        ("lines", "Types of telephone lines.", [("load", load_lines)]),
    ]
    for name, words, commands in groups:
        group = typer.Typer(no_args_is_help=True, help=words)
        for command, function in commands:
            group.command(command)(function)
        if name == "optout":
            reply_cli.add_to(group)
        app.add_typer(group, name=name)


def explain(
    phone: Phone = None,
    email: Email = None,
    address: Address = None,
    person: PersonId = None,
    channel: ChannelName = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a contact point or person may be contacted, with every reason and its source.

    Example: lode comply explain --phone 512-555-0134 --channel call --at 2026-01-05T15:00:00Z
    """
    from lode.addresses import named_contact
    from lode.comply import CHANNELS, KINDS, explain_contact, explain_person, utc_moment

    _one_contact(phone, email, address, person)
    known = ("call", "sms", "email", "mail")
    if channel is not None and channel not in known:
        raise LodeError(f"--channel needs one of {', '.join(known)}.")
    channels = (channel,) if channel else known
    settings, moment = load_settings(), utc_moment(at, "--at")
    if person is not None:
        verdicts = explain_person(settings, person, moment, channels)
    else:
        contact = named_contact(settings, phone, email, address)
        if channel is not None and channel not in CHANNELS[contact.kind]:
            raise LodeError(
                f"The channel {channel} does not go to {KINDS[contact.kind]}: say"
                f" {' or '.join(CHANNELS[contact.kind])}, or leave --channel out."
            )
        verdicts = explain_contact(settings, contact, moment, channels)
    if as_json:
        print(json.dumps([_as_json(one) for one in verdicts], indent=2, ensure_ascii=False))
        return
    for verdict in verdicts:
        _print(verdict)
    if not verdicts:
        print(f"Person {person} had no contact point for {' or '.join(channels)} then.")


def add_opt_out(
    phone: Phone = None,
    email: Email = None,
    address: Address = None,
    person: PersonId = None,
    channel: Annotated[
        str, typer.Option("--channel", help="call, sms, email, mail or all.")
    ] = "all",
    at: At = None,
    origin: Annotated[
        str, typer.Option("--origin", help="text, call, crm, dashboard, letter or other.")
    ] = "other",
    reason: Annotated[str | None, typer.Option("--reason", help="In their words.")] = None,
    by: By = None,
) -> None:
    """Write down that somebody does not want to be contacted; it holds at once, and for ever.

    Example: lode optout add --phone 512-555-0134 --channel call --origin call --reason "asked"
    """
    from lode import suppression
    from lode.addresses import named_contact
    from lode.comply import utc_moment

    _one_contact(phone, email, address, person)
    settings = load_settings()
    contact = named_contact(settings, phone, email, address) if person is None else None
    request = suppression.OptOut(contact, person, channel, origin, reason, utc_moment(at, "--at"))
    number = suppression.add_opt_out(settings, request, by)
    print(f"Request {number} is written down: no {channel} contact from now on.")


def add_consent(
    phone: Phone = None,
    email: Email = None,
    address: Address = None,
    kind: Annotated[str, typer.Option("--kind", help="consent, purchase or inquiry.")] = "consent",
    channel: ChannelName = None,
    at: Annotated[str | None, typer.Option("--at", help="When it was given.")] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", help="When it ends by itself.")
    ] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="What for.")] = None,
    evidence: Annotated[str | None, typer.Option("--evidence", help="What was shown.")] = None,
    by: By = None,
) -> None:
    """Write down a consent for one channel, or business done: a purchase, an inquiry.

    Example: lode consent add --phone 512-555-0134 --channel sms --at 2026-01-05 --evidence form7
    """
    from lode import suppression
    from lode.addresses import named_contact

    _one_contact(phone, email, address, None)
    settings = load_settings()
    record = suppression.consent_of(
        {
            "kind": kind, "channel": channel, "happened_at": at, "expires_at": expires,
            "purpose": purpose, "evidence": evidence,
        },
        named_contact(settings, phone, email, address),
    )  # fmt: skip
    is_new = suppression.add_consents(settings, [record], by)
    print("It is written down." if is_new else "It was written down before: nothing changed.")


def load_consents(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, see docs/compliance.md.")],
    by: By = None,
) -> None:
    """Write down all consents and relationships of a CSV file, or none if one is wrong.

    Example: lode consent load consents.csv
    """
    from lode import suppression

    settings = load_settings()
    records = suppression.consents_in(file, settings)
    added = suppression.add_consents(settings, records, by)
    print(f"{file.name}: {len(records):,} records, {added:,} of them new.")


def load_lines(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, see docs/compliance.md.")],
    source: Annotated[str, typer.Option("--source", help="Whose feed it is.")],
    by: By = None,
) -> None:
    """Write down what a carrier's feed says of lines: mobile, landline or voip, from a day on.

    Example: lode lines load ported.csv --source carrier
    """
    from lode import phone_lines

    lines = phone_lines.lines_in(file)
    added = phone_lines.add_lines(load_settings(), lines, source, by)
    print(f"{file.name}: {len(lines):,} lines, {added:,} of them new.")


def _one_contact(
    phone: str | None, email: str | None, address: str | None, person: int | None
) -> None:
    if sum(one is not None for one in (phone, email, address, person)) != 1:
        raise LodeError(
            "Name one of them: a phone, a mail address, a postal address, or (if offered) a person."
        )


def _instant(moment: datetime | None) -> str | None:
    return f"{moment.isoformat()}Z" if moment else None


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "contact": verdict.contact.value,
        "channel": verdict.channel,
        "at": _instant(verdict.at),
        "identity_as_of": _instant(verdict.identity_at),
        "is_allowed": verdict.is_allowed,
        "next_allowed_at": _instant(verdict.next_allowed_at),
        "next_allowed_local": _local(verdict),
        "time_zones": list(verdict.time_zones),
        "reasons": [
            {
                **reason.__dict__,
                "blocks_from": _instant(reason.blocks_from),
                "blocks_until": _instant(reason.blocks_until),
            }
            for reason in verdict.reasons
        ],
    }


def _local(verdict: Verdict) -> list[dict[str, str]]:
    """Return the next allowed moment on the clock of each zone in which the contact may be."""
    from lode.comply_hours import local_times

    again = verdict.next_allowed_at
    return [] if again is None else [
        {"time_zone": zone, "at": local.isoformat()}
        for zone, local in local_times(again, verdict.time_zones)
    ]  # fmt: skip


def _print(verdict: Verdict) -> None:
    from lode.comply_hours import local_words

    word = "allowed" if verdict.is_allowed else "not allowed"
    print(f"{verdict.contact.value} {verdict.channel}: {word} at {_instant(verdict.at)}")
    if verdict.identity_at > verdict.at:
        print(f"  who is who is kept since {_instant(verdict.identity_at)}: as of then")
    if not verdict.is_allowed:
        again, zones = verdict.next_allowed_at, verdict.time_zones
        local = f" ({words})" if (words := local_words(again, zones)) else ""
        print(f"  next allowed: {_instant(again) or 'no end is known'}{local}")
    for reason in verdict.reasons:
        until = f" until {_instant(reason.blocks_until)}" if reason.blocks_until else ""
        print(
            f"  {reason.enforcement:8}{reason.code} ({reason.letter or '-'}): {reason.meaning}"
            f"{until} [{reason.rule_id}: {reason.citation}]"
        )
