"""A warehouse of random people with random facts about them, for lists, their export and evidence.

LODE_GATE_PEOPLE sets how many people there are; 10,000 take some minutes. LODE_GATE_ASKED sets how
many of them are explained one by one; all of their contact points are, in any case.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from loaders.dnc.load import DncRequest, load_registry
from lode.comply import Contact, contact_of, utc_moment
from lode.db import connect
from lode.dbt import DbtResult
from lode.settings import Settings
from lode.suppression import OptOut, add_consents, add_opt_out, consent_of
from tests.models.raw_rows import insert_import

PEOPLE = int(os.environ.get("LODE_GATE_PEOPLE", "42"))
ASKED = int(os.environ.get("LODE_GATE_ASKED", "40"))
AREAS = ("512", "213", "317", "303", "504", "212", "305")
BUILT = ("+contactability_cube", "+golden_persons", "+decision_statements", "+decided_facts",
         "+compliance_risk", "+contacts_made", "+opt_outs_applied", "+cap_usage", "+campaigns",
         "calling_windows", "holidays", "time_zone_offsets",
         "zip_time_zones", "state_time_zones", "area_code_time_zones", "reply_phrases")  # fmt: skip
# Two golden persons with one number, a name that a spreadsheet would compute, a foreign number.
SHARED, FORMULA, ABROAD = "+12125550101", "=1+1", "+442071838750"


def phone_of(number: int) -> str:
    """The first number of a person."""
    return f"{AREAS[number % 7]}{200 + number // 7 // 10_000:03d}{number // 7 % 10_000:04d}"


def person(number: int, chance: random.Random) -> dict[str, str | None]:
    """One of the random people."""
    letters = "".join(chr(97 + number // 26**place % 26) for place in range(4))
    area = chance.choice(AREAS)
    return {
        "first_name": chance.choice(["Ann", "Bob", "Carla", "David"]),
        "last_name": f"Ash{letters}",
        "phone_1": phone_of(number),
        "phone_2": f"{area}555{chance.randint(0, 9999):04d}" if number % 3 == 0 else None,
        "phone_1_type": chance.choice(["mobile", "landline", "voip", None]),
        "email_1": f"{letters}@example.com" if number % 4 else None,
        "street_1": f"{number + 10} Main St" if number % 5 else None,
        "city": "Austin", "state": chance.choice(["TX", "CA", "FL"]), "zip": "78701",
    }  # fmt: skip


def build(settings: Settings, dbt: Callable[..., DbtResult], folder: Path) -> None:
    """Make people, teach facts about them, and build what decides."""
    chance = random.Random(20261125)
    people = [person(number, chance) for number in range(PEOPLE)]
    special = {"street_1": "1 Elm St", "city": "Austin", "state": "TX", "zip": "78701"}
    for name, phone in (("Shared Oaka", SHARED), ("Shared Elmb", SHARED), (FORMULA, "7375550101"),
                        ("Abroad Firc", ABROAD)):  # fmt: skip
        first, _, last = name.partition(" ")
        people.append({"first_name": first, "last_name": last or "Pinec", "phone_1": phone,
                       **special, "street_1": f"{len(name)} {last or 'Elm'} St"})  # fmt: skip
    insert_import(settings, 1, "people", people)
    now = utc_moment(None, "").replace(microsecond=0)
    calls = _calls(chance, now)
    insert_import(settings, 2, "touchpoints", calls)
    _learn(settings, chance, now, folder)
    # Letters are not wanted at some addresses, a person's own and one that nobody has.
    homes = [one for one in people[:PEOPLE] if one["street_1"]][:: max(PEOPLE // 10, 1)]
    places = [f"{str(one['street_1']).upper()}, Austin, {one['state']} 78701" for one in homes]
    for place in (*places, "1 NOWHERE LN, Austin, TX 78701"):
        asked = OptOut(Contact("address", place), None, "mail", "letter", None, now)
        add_opt_out(settings, asked)
    # Somebody who asked, and was called all the same: within the law's days, and after them.
    for call, days in ((calls[0], 5), (calls[-1], 40)):
        asked = OptOut(contact_of(call["phone"], None), None, "call", "call", None,
                       now - timedelta(days=days))  # fmt: skip
        add_opt_out(settings, asked)
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    done = dbt(["build", *kinds, "--select", *BUILT], settings)
    assert done.returncode == 0, done.output[-3000:]
    # A build of a part publishes nothing.
    with connect("loader", settings, schema="raw", autocommit=True) as connection:
        connection.cursor().execute("update import_metadata set status = 'COMPLETE'")


def _calls(chance: random.Random, now: datetime) -> list[dict[str, str | None]]:
    """Calls of the last two days, up to five to a person: some caps are used up.

    None leaves a window between the build and what is asked afterwards.
    """
    minutes = [*range(60, 1_300), *range(1_450, 2_800)]
    return [
        {"touchpoint_type": "call", "phone": phone_of(number), "source_record_id": f"{number}.{n}",
         "touchpoint_date": (now - timedelta(minutes=chance.choice(minutes))).isoformat()}
        for number in chance.sample(range(PEOPLE), PEOPLE // 4)
        for n in range(chance.randint(1, 5))
    ]  # fmt: skip


def _learn(settings: Settings, chance: random.Random, now: datetime, folder: Path) -> None:
    """Requests, consents, a registry and a list of litigators."""
    numbers = [phone_of(number) for number in range(PEOPLE)]
    for name, share in (("national", 5), ("litigator", 20)):
        path = folder / f"{name}.txt"
        listed = sorted(chance.sample(numbers, PEOPLE // share))
        path.write_text("".join(f"{number}\n" for number in listed))
        load_registry(path, settings, DncRequest(name, "A-1", now.date(), area_codes=()))
    said = now - timedelta(days=3)
    for number in chance.sample(numbers, PEOPLE // 10):
        contact = contact_of(number, None)
        channel = chance.choice(["call", "sms", "email", "all"])
        add_opt_out(settings, OptOut(contact, None, channel, "call", None, said))
    consents = [
        consent_of({"phone": number, "kind": kind, "channel": "call" if kind == "consent" else None,
                    "happened_at": (said + timedelta(days=1)).isoformat()})
        for number in chance.sample(numbers, PEOPLE // 6)
        for kind in (chance.choice(["consent", "purchase", "inquiry"]),)
    ]  # fmt: skip
    add_consents(settings, consents)
