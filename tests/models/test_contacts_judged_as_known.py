"""The register of incidents judges a contact by what was known when it was made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from raw_rows import insert_import, table_rows

from lode.dbt import DbtResult
from lode.settings import Settings

pytestmark = pytest.mark.database

CALLED, TEXTED = "+15125550188", "+12135550188"
# Of somebody in Texas with a number there: 8 in the morning, and a second before.
CALLS = {datetime(2026, 1, 6, 14): True, datetime(2026, 1, 6, 13, 59, 59): False}
ANN: dict[str, str | None] = {
    "first_name": "Ann", "last_name": "Ash", "phone_1": CALLED, "phone_1_type": "mobile",
    "phone_2": TEXTED, "phone_2_type": "mobile", "street_1": "98 Main St", "city": "Austin",
    "state": "TX", "zip": "78701",
}  # fmt: skip
# What a later file says: at 8 in Texas it is 4 in the morning there, and a landline takes no texts.
MOVED = ANN | {
    "street_1": "98 Kalakaua Ave", "city": "Honolulu", "state": "HI", "zip": "96815",
    "phone_2_type": "landline",
}  # fmt: skip
INCIDENTS = (
    "select made.phone_e164, made.touchpoint_date, found.reason_code"
    " from contact_incidents as found"
    " inner join touchpoints as made on found.touchpoint_id = made.id"
    " where found.reason_code in ('CALLING_WINDOW', 'LANDLINE') order by 1, 2, 3"
)
KNOWN = (
    "select count(*), max(phones.phone_type) from addresses inner join phone_numbers as phones"
    " on addresses.person_id = phones.person_id and phones.phone_e164 = %s where state = 'HI'"
)
BUILT = "+contact_incidents"


def touchpoint(kind: str, phone: str, at: datetime) -> dict[str, str | None]:
    return {
        "touchpoint_type": kind,
        "touchpoint_date": at.isoformat(),
        "phone": phone,
        "source_record_id": f"{kind} {at}",
    }


def test_a_later_address_and_line_type_make_no_incident_of_a_former_contact(
    warehouse: Settings, dbt: Callable[..., DbtResult]
) -> None:
    noon = datetime(2026, 1, 6, 18)
    made = [touchpoint("call", CALLED, at) for at in CALLS] + [touchpoint("sms", TEXTED, noon)]
    insert_import(warehouse, 1, "people", [ANN])
    insert_import(warehouse, 2, "touchpoints", made)
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    done = dbt(["build", *kinds, "--select", BUILT], warehouse)
    assert done.returncode == 0, done.output[-2000:]
    expected = [(CALLED, at, "CALLING_WINDOW") for at, is_within in CALLS.items() if not is_within]
    assert table_rows(warehouse, "canonical", INCIDENTS) == expected

    insert_import(warehouse, 3, "people", [MOVED])
    done = dbt(["run", "--select", BUILT], warehouse)
    assert done.returncode == 0, done.output[-2000:]
    assert table_rows(warehouse, "canonical", KNOWN, [TEXTED]) == [(1, "landline")]
    assert table_rows(warehouse, "canonical", INCIDENTS) == expected
