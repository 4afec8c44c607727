"""Requests, lists, consents and downloads about people of a warehouse, for tests of increments."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from loaders.dnc.load import DncRequest, load_registry
from lode.comply import contact_of, utc_moment
from lode.settings import Settings
from lode.suppression import OptOut, add_consents, add_opt_out, consent_of
from tests.models.raw_rows import insert_import, table_rows

OPT_OUTS, LISTED = 10, 11


def contacts(settings: Settings, table: str, column: str) -> list[str]:
    """Some contact points, always the same ones."""
    query = f"select distinct {column} from {table} where {column} <> '' order by 1 limit 12"
    return [str(row[0]) for row in table_rows(settings, "canonical", query)]


def learn_from_files(settings: Settings) -> None:
    """Opt-outs and listed numbers as CSV files have them."""
    phones = contacts(settings, "phone_numbers", "phone_e164")
    emails = contacts(settings, "email_addresses", "email")
    said = [{"phone": phones[0], "channel": "sms"}, {"email": emails[0], "channel": "email"}]
    insert_import(settings, OPT_OUTS, "opt_outs", [*said, {"email": emails[1], "channel": "all"}])
    rows = [{"phone": phone, "source": "internal"} for phone in phones[1:3]]
    insert_import(settings, LISTED, "dnc", rows)


def learn_at_once(settings: Settings) -> None:
    """A request at a number and of a person, consents, a purchase: what commands write down."""
    phones = contacts(settings, "phone_numbers", "phone_e164")
    now = utc_moment(None, "")
    persons = table_rows(settings, "canonical", "select max(id) from persons")
    person = int(str(persons[0][0]))
    add_opt_out(settings, OptOut(contact_of(phones[3], None), None, "all", "call", None, now))
    add_opt_out(settings, OptOut(None, person, "email", "letter", None, now))
    for phone, kind, channel in ((phones[0], "consent", "call"), (phones[4], "purchase", None)):
        then = (now - timedelta(days=1)).isoformat()
        said = {"phone": phone, "kind": kind, "channel": channel, "happened_at": then}
        add_consents(settings, [consent_of(said)])


def download(settings: Settings, folder: Path) -> None:
    """A version of the registry that lists some of the numbers."""
    numbers = [
        phone[2:]
        for phone in contacts(settings, "phone_numbers", "phone_e164")
        if phone.startswith("+1")
    ]
    path = folder / "registry.txt"
    path.write_text("".join(f"{number}\n" for number in numbers[4:7]))
    today = utc_moment(None, "").date()
    load_registry(path, settings, DncRequest("national", "A-1", today, area_codes=()))
