"""How far the SQL macros agree with phonenumbers, nameparser and usaddress on the same values.

`python -m tests.standardize.agreement` takes 20,000 generated records and all real ones that are on
this machine, runs them through stg_people in one statement, and prints what agrees, what does not,
and examples of each class of disagreement (docs/standardization.md explains them). Needs the server
of the settings; uses a warehouse of its own and drops it.
"""

from __future__ import annotations

import csv
import re
import secrets
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import phonenumbers
from nameparser import HumanName
from scourgify import normalize_address_record
from scourgify.exceptions import AddressNormalizationError

from lode.db import connect
from lode.dbt import DbtResult, run_dbt
from lode.sample import generate
from lode.server import PrivateServer
from lode.settings import Settings, load_settings
from lode.warehouse import deprovision, provision
from tests.models.raw_rows import RECORDS_PER_IMPORT, insert_import

REAL_FILES = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
GENERATED = 20_000
Value = dict[str, str | None]


@dataclass
class Agreement:
    """What two tools made of the same values: how many alike, and the classes of the others."""

    name: str
    compared: int = 0
    agreed: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, text: str, ours: object, theirs: object, reason: str) -> None:
        """Count one value; `reason` names the class if they differ."""
        self.compared += 1
        if ours == theirs:
            self.agreed += 1
            return
        self.classes[reason] += 1
        if len(self.examples[reason]) < 3:
            self.examples[reason].append(f"{text!r}: {ours} / {theirs}")

    @property
    def share(self) -> float:
        """The share of values on which both agree."""
        return self.agreed / self.compared if self.compared else 1.0

    def report(self) -> Iterator[str]:
        """Lines to print."""
        yield f"{self.name}: {self.agreed:,} of {self.compared:,} agree ({self.share:.2%})"
        for reason, count in self.classes.most_common():
            yield f"  {count:>6,}  {reason}"
            for example in self.examples[reason]:
                yield f"          {example}"


def generated_values(folder: Path, count: int) -> list[Value]:
    """Records of the generated files that have names, numbers or streets, as the files spell them.

    The files are of different lengths; each gives its share.
    """
    generate(max(count * 3 // 2, 500), 11, folder)
    columns = {
        "call_center_export.csv": {"full_name": "Name", "phone_1": "Phone 1"},
        "campaign_leads_q1.csv": {
            "phone_1": "Phone", "street_1": "Address", "city": "City", "state": "State",
            "zip": "Zip",
        },
        "mailing_house.csv": {
            "full_name": "NAME", "street_1": "ADDR1", "street_2": "ADDR2", "city": "CITY",
            "state": "ST", "zip": "ZIP+4",
        },
    }  # fmt: skip
    values: list[Value] = []
    for name, wanted in columns.items():
        encoding = "cp1252" if name == "mailing_house.csv" else "utf-8"
        with (folder / name).open(encoding=encoding, newline="") as file:
            for row in csv.DictReader(file):
                values.append({ours: row[theirs] or None for ours, theirs in wanted.items()})
    return values[:: max(1, len(values) // count)][:count]


def real_values() -> list[Value]:
    """The values of the real files, none where they are not on this machine."""
    if not REAL_FILES.is_dir():
        return []
    with (REAL_FILES / "us-500.csv").open(encoding="utf-8") as file:
        values: list[Value] = [
            {
                "full_name": f"{row['first_name']} {row['last_name']}", "phone_1": row["phone1"],
                "phone_2": row["phone2"], "street_1": row["address"], "city": row["city"],
                "state": row["state"], "zip": row["zip"],
            }
            for row in csv.DictReader(file)
        ]  # fmt: skip
    with closing(sqlite3.connect(REAL_FILES / "chinook.sqlite")) as database:
        for table in ("Customer", "Employee"):
            for row in database.execute(
                f"select FirstName || ' ' || LastName, Phone, Fax, Address, City, State,"
                f" PostalCode, Country from {table}"
            ):
                names = ("full_name", "phone_1", "phone_2", "street_1", "city", "state", "zip")
                values.append(dict(zip((*names, "country"), row, strict=True)))
    return values


def staged(
    dbt: Callable[..., DbtResult], settings: Settings, values: Sequence[Value]
) -> list[dict[str, Any]]:
    """Return what stg_people makes of the values, in their order."""
    insert_import(settings, 1, "people", values)
    for arguments in (["seed"], ["run", "-s", "stg_people"]):
        result = dbt(arguments, settings)
        assert result.returncode == 0, result.output
    with connect("auditor", settings, schema="staging") as connection:
        cursor = connection.cursor()
        cursor.execute("select * from stg_people order by record_id")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert [row["record_id"] for row in rows] == [
        RECORDS_PER_IMPORT + number for number in range(1, len(values) + 1)
    ]
    return rows


def compare(values: Sequence[Value], rows: Sequence[dict[str, Any]]) -> list[Agreement]:
    """Compare each value with each tool that knows its kind."""
    phones, names = Agreement("telephone numbers"), Agreement("names")
    streets = Agreement("US streets")
    for value, row in zip(values, rows, strict=True):
        for slot in ("phone_1", "phone_2"):
            if text := value.get(slot):
                theirs = e164(text, row["country"] or "US")
                phones.add(text, row[slot], theirs, phone_class(text, row[slot], theirs))
        if text := value.get("full_name"):
            parts = tuple(key(row[name]) for name in ("first_name", "middle_name", "last_name"))
            human = HumanName(text)
            expected = (key(human.first), key(human.middle), key(human.last))
            names.add(text, parts, expected, name_class(text, row, human))
        if value.get("street_1") and row["country"] in (None, "US"):
            compare_street(streets, value, row)
    return [phones, names, streets]


def e164(text: str, region: str) -> str | None:
    """What phonenumbers takes a text for; None for no valid number."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_class(text: str, ours: str | None, theirs: str | None) -> str:
    """Name the class of a disagreement about a number."""
    digits = re.sub(r"[^0-9]", "", text)
    if ours is None and len(set(digits[-10:])) <= 2:
        return "placeholder, which we leave out"
    if ours is None:
        return "valid to phonenumbers only"
    if theirs is None:
        return "number range inside its country not checked" if ours[:2] != "+1" else (
            "valid to us only"
        )  # fmt: skip
    return "another number"


def name_class(text: str, row: dict[str, Any], human: HumanName) -> str:
    """Name the class of a disagreement about a name."""
    lowered = text.lower()
    if row["company_name"]:
        return "organization, which nameparser takes for a person"
    if re.search(r" (?:&|and|y/o) ", lowered):
        return "two persons, of whom we take the first"
    if row["first_name"] is None and row["last_name"] is None:
        return "placeholder, which we leave out"
    if human.title and not row["name_prefix"]:
        return "first name or initial that nameparser takes for a title"
    if human.suffix and not row["name_suffix"]:
        return "degree or initial that nameparser takes for a suffix"
    if row["name_suffix"] and not human.suffix:
        return "suffix that nameparser takes for a name"
    if re.search(r"\b(?:de|del|la|van|von|der|den|da|di|st|san|santa|y|le)\b", lowered):
        return "particle read otherwise"
    if human.nickname:
        return "nickname in quotes or brackets"
    return "other"


def compare_street(streets: Agreement, value: Value, row: dict[str, Any]) -> None:
    """Compare a street and its unit with scourgify, which reads with usaddress."""
    text = " ".join(part for part in (value["street_1"], value.get("street_2")) if part)
    try:
        found = normalize_address_record(
            {
                "address_line_1": value["street_1"],
                "address_line_2": value.get("street_2"),
                "city": value.get("city") or "Austin",
                "state": row["state"] or "TX",
                "postal_code": row["zip"] or "78701",
            }
        )
    except AddressNormalizationError:
        streets.add(text, row["street"], None, "not read by usaddress")
        return
    theirs = spelled(found["address_line_1"], found["address_line_2"])
    ours = spelled(row["street"], row["unit"])
    streets.add(text, ours, theirs, street_class(ours, theirs))


def street_class(ours: str, theirs: str) -> str:
    """Name the class of a disagreement about a street."""
    if sorted(ours.split()) == sorted(theirs.split()):
        return "same words in another order"
    if re.search(r"\b(?:PO BOX|RR|HC)\b", ours):
        return "box or rural route"
    if re.search(r"\b(?:HIGHWAY|HWY|COUNTY|STATE|ROUTE|INTERSTATE|US|FM)\b", ours + theirs):
        return "numbered road"
    mine, other = set(ours.split()), set(theirs.split())
    if len(mine ^ other) <= 2:
        return "one word spelled otherwise"
    return "other"


def spelled(*parts: str | None) -> str:
    """One line of an address, without signs that both tools treat as they like."""
    return re.sub(r"[^A-Z0-9 /-]|(?<= )# ?", "", " ".join(part for part in parts if part).upper())


def key(name: str | None) -> str:
    """A name as letters only."""
    return re.sub(r"[^a-zà-ÿ]", "", (name or "").lower())


def measure(
    dbt: Callable[..., DbtResult], settings: Settings, count: int
) -> tuple[list[Agreement], int]:
    """Return the agreements on generated and real values, and how many records those were."""
    with tempfile.TemporaryDirectory() as folder:
        values = generated_values(Path(folder) / "sample", count) + real_values()
    return compare(values, staged(dbt, settings, values)), len(values)


def main() -> None:
    """Measure on a warehouse of its own and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else GENERATED
    settings = load_settings()
    PrivateServer(settings).start()
    settings = settings.with_prefix(f"agree_{secrets.token_hex(3)}")
    provision(settings)
    try:
        agreements, records = measure(
            lambda arguments, where: run_dbt(arguments, where, quiet=True), settings, count
        )
    finally:
        deprovision(settings)
    print(f"{records:,} records")
    for agreement in agreements:
        print("\n".join(agreement.report()))


if __name__ == "__main__":
    main()
