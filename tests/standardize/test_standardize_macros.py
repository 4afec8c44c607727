"""Literal values, good and bad, for each standardization macro; the same on every engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lode.dbt import DbtResult
from lode.settings import Settings
from tests.standardize.rendered_macros import evaluate, load_seeds, render

pytestmark = pytest.mark.database

Cases = dict[str | None, str | None]

PHONES: Cases = {
    "(512) 555-0134": "+15125550134",
    "5125550134": "+15125550134",
    "+1 512 555 0134": "+15125550134",
    "1-512-555-0134": "+15125550134",
    "0015125550134": "+15125550134",
    "011 1 512 555 0134": "+15125550134",
    "512.555.0134 x12": "+15125550134",
    "512-555-0134 ext. 5": "+15125550134",
    "512-555-0134#5": "+15125550134",
    "512–555–0134": "+15125550134",
    "512 55 50 134": "+15125550134",
    "1-800-FLOWERS": "+18003569377",
    "1-800-GO-FEDEX": "+18004633339",
    "512-111-1234 / 512-555-0199": "+15125550199",
    "home: 512 555 0134, cell 737-555-0123": "+15125550134",
    "+49 0711 2842222": "+497112842222",
    "+55 (12) 3923-5555": "+551239235555",
    "011 44 (0)20 7946 0018": "+442079460018",
    "+54 (0)11 4311 4333": "+541143114333",
    "+36 06 1 234 5678": "+3612345678",
    "+7 812 123 4567": "+78121234567",
    "+7 8 495 123 4567": "+74951234567",
    "+39 06 39733434": "+390639733434",
    "512-111-1234": None,
    "555-1234": None,
    "5555555555": None,
    "888-888-8888": None,
    "1234567890": None,
    "0000000000": None,
    "512-555-01345": None,
    "555-234-5678": None,
    "abc": None,
    "": None,
    None: None,
}
EMAILS: Cases = {
    " Ann <ANN@Example.org>": "ann@example.org",
    "mailto:a.b+c@example.co.uk": "a.b+c@example.co.uk",
    "<mailto:q@example.org>": "q@example.org",
    "a@example.com; b@example.com": "a@example.com",
    "a@example.com,b@example.com": "a@example.com",
    "a@example.com b@example.com": "a@example.com",
    "a@example.com/b@example.com": "a@example.com",
    "a@example.com / b@example.com; c@example.com": "a@example.com",
    "Ann Lee <a@example.com> and b@example.com": "a@example.com",
    "<a/b@example.com>": "a/b@example.com",
    "a/b@example.com/c@example.com": "a/b@example.com",
    "a@example.com@example.org": None,
    "o'brien@example.com": "o'brien@example.com",
    "stanisław.wójcik@example.org": "stanisław.wójcik@example.org",
    "a@example.com.": "a@example.com",
    "ann@example.com\n": "ann@example.com",
    "an\u200bn@exam\u00adple.com": "ann@example.com",
    "\u202aann@example.com\u202c": "ann@example.com",
    "ann@b\u00fccher.example": "ann@b\u00fccher.example",
    "bad@@example.com": None,
    "a@b": None,
    "none@none.com": None,
    "john smith@example.com": None,
    ".a@example.com": None,
    "a..b@example.com": None,
    "a@-example.com": None,
    "a@example.c0m": None,
    "a" * 65 + "@example.com": None,
    "": None,
    None: None,
}
DATES: Cases = {
    "2026-02-19": "2026-02-19",
    "2026/2/9": "2026-02-09",
    "2/3/70": "1970-02-03",
    "12/31/1999": "1999-12-31",
    "25/12/2026": "2026-12-25",
    "20260219": "2026-02-19",
    "19-Feb-2026": "2026-02-19",
    "9 February 1970": "1970-02-09",
    "Feb 19, 2026": "2026-02-19",
    "2026-02-19T14:05:23Z": "2026-02-19",
    "02/29/2024": "2024-02-29",
    "2000-02-29": "2000-02-29",
    "02/29/2023": None,
    "02/29/1900": None,
    "02/30/1970": None,
    "0000-00-00": None,
    "13/13/2020": None,
    "20261301": None,
    "31-Foo-2020": None,
    "2026-02-199": None,
    "abc": None,
    None: None,
}
MOMENTS: Cases = {
    "2026-02-19": "2026-02-19 00:00:00.000000",
    "2026-02-19T14:05:23Z": "2026-02-19 14:05:23.000000",
    "2026-02-19T14:05:23-06:00": "2026-02-19 20:05:23.000000",
    "2026-02-19T23:05:23+0530": "2026-02-19 17:35:23.000000",
    "2/19/2026 3:05 PM": "2026-02-19 15:05:00.000000",
    "2/19/2026 12:05 AM": "2026-02-19 00:05:00.000000",
    "2026-02-19 25:00:00": "2026-02-19 00:00:00.000000",
    "2026-02-30 10:00": None,
    "bad": None,
}
KEYS: Cases = {
    "O'Brien-Peña": "obrienpena",
    "Łukasz": "lukasz",
    "Straße": "strasse",
    "Nguyễn": "nguyen",
    "Jose\u0301": "jose",
    "MARY ANN": "maryann",
    "Иван": None,
    "": None,
}
CASED: Cases = {
    "MCDONALD": "McDonald",
    "O'BRIEN": "O'Brien",
    "smith-jones": "Smith-Jones",
    "MARIA DE LA LUZ": "Maria de la Luz",
    "McDonald": "McDonald",
    "ÉLODIE": "Élodie",
    "D'ANGELO": "D'Angelo",
    "J.R.": "J.R.",
    "ST. JOHN": "St. John",
    "st.louis": "St.Louis",
    "J": "J",
}
STREETS: Cases = {
    "P.O. Box 12": "PO BOX 12",
    "Rural Route 2, Box 18": "RR 2 BOX 18",
    "123 CR 20": "123 COUNTY ROAD 20",
    "9 U.S. Hwy 90": "9 US HIGHWAY 90",
    "77 I-35": "77 INTERSTATE 35",
    "HC 3 Box 4": "HC 3 BOX 4",
    "123   N.  Main": "123 N MAIN",
    "100 Box Elder Rd": "100 BOX ELDER RD",
    "Boxwood Lane": "BOXWOOD LANE",
    "PO Box #12": "PO BOX 12",
    "P.O. Drawer A": "PO BOX A",
    "R.R. #2 Box 18-A": "RR 2 BOX 18-A",
    "HC # 3 Box 4": "HC 3 BOX 4",
    "1234 N IH 35": "1234 N INTERSTATE 35",
    "1234 W Hwy. 71": "1234 W HIGHWAY 71",
    "123 RM 620": "123 RANCH ROAD 620",
    "9 Oak St Rm 620": "9 OAK ST RM 620",
    "39.2 Oak Rd.": "39.2 OAK RD",
    "12½ Oak St": "12 1/2 OAK ST",
    "c/o John Smith, 12 Oak St": "12 OAK ST",
    "C/O: Mary Jones PO Box 12": "PO BOX 12",
    "% John Smith 12 Oak St Apt 4": "12 OAK ST APT 4",
    "12 Oak St, Attn: Billing": "12 OAK ST",
    "12 Oak St c/o John Smith Apt 4": "12 OAK ST APT 4",
    "c/o John Smith": "",
    "12 Attention Way": "12 ATTENTION WAY",
    "Urb. Las Gladiolas 150 Calle A": "URB LAS GLADIOLAS 150 CALLE A",
    "150 Calle A, Urbanización Las Gladiolas": "URB LAS GLADIOLAS 150 CALLE A",
    "URBANIZACION LAS GLADIOLAS, 150 CALLE A": "URB LAS GLADIOLAS 150 CALLE A",
    "12 Urban St": "12 URBAN ST",
}
UNITS: Cases = {
    "123 Main St Apt 4": " APT 4",
    "123 Main St., Suite 200": " SUITE 200",
    "12 Oak St Bldg 3 Apt 4": " BLDG 3 APT 4",
    "5 Elm St 2nd Floor": " 2ND FLOOR",
    "RR 2 BOX 18 APT 3": " APT 3",
    "PO BOX # 12": None,
    "100 Key West Dr": None,
}
SECOND_STREETS: Cases = {
    "12 Oak St; 34 Elm Ave": "1",
    "12 Oak St / 34 Elm Ave": "1",
    "12 Oak St and 34 Elm Ave": "1",
    "12 Oak St, 34 Elm Avenue": "1",
    "12 Oak St, PO Box 9": "1",
    "P.O. Box 9, 12 Oak St": "1",
    "12 Oak St, Apt 4": "0",
    "12 Oak St, 2nd Floor": "0",
    "12 1/2 Oak St": "0",
    "123 E 42nd St, 5 West": "0",
    "12 Oak St # 5 / Rear": "0",
}
STATES: Cases = {"tx": "TX", "N. Carolina": "NC", "Québec": "QC", "Bayern": "Bayern", None: None}
COUNTRIES: Cases = {"U.S.A.": "US", "Czech Republic": "CZ", "GBR": "GB", "Nowhere": None}
ZIPS: Cases = {
    "78701-1234": "78701",
    "8014": "08014",
    "787011234": "78701",
    "h2g1a7": "H2G 1A7",
    "h2g-1a7": "H2G 1A7",
    "070 01": "070 01",
    "501.0": "00501",
    "501-1234": "00501",
    "SW1V 3EN": "SW1V 3EN",
    "00000": None,
}
BLANKS: Cases = {
    " n/a ": None,
    "NULL": None,
    "Null": "Null",
    "-": None,
    "\u00a0x\u200b": "x",
    "  a \t b\n": "a b",
    "\\N": None,
}
SUFFIXES: Cases = {
    "Smith Jr., John": "JR",
    "JOHN SMITH III": "III",
    "John Smith V": "V",
    "Smith, John V": None,
    "Sr. Juan Perez": None,
    "Juan Perez Sr": "SR",
    "Sr Juan Perez Jr": "JR",
    "John Smith, MD": None,
}
LONE_SUFFIXES: Cases = {
    "Junior": "JR",
    "Jr.": "JR",
    "3rd": "III",
    "V": "V",
    "JR": "JR",
    "Foo": "Foo",
    None: None,
}
PREFIXES: Cases = {
    "DR. Ann Lee": "Dr",
    "Mr. and Mrs. John Smith": "Mr",
    "Sr. Juan Perez": "Sr",
    "Juan Perez Sr MD": None,
    "Ann Lee": None,
}
EMAIL_KEYS: Cases = {
    "ann+shop@example.com": "ann@example.com",
    "ann.lee@example.com": "ann.lee@example.com",
    "+ann@example.com": "+ann@example.com",
    "a.b+c@gmail.com": "ab@gmail.com",
    "a.b@googlemail.com": "ab@gmail.com",
    "jos\u00e9@example.com": "jose@example.com",
    "jose\u0301+x@example.com": "jose@example.com",
    "\u0438\u0432\u0430\u043d@example.com": "\u0438\u0432\u0430\u043d@example.com",
    "ann@xn--bcher-kva.example": "ann@b\u00fccher.example",
    "ann@b\u00fccher.example": "ann@b\u00fccher.example",
    "ann@mail.xn--caf-dma.example": "ann@mail.caf\u00e9.example",
    "ann@xn--tda.example": "ann@\u00fc.example",
    "ann@xn--fuball-cta.example": "ann@fu\u00dfball.example",
    "ann@xn--e1afmkfd.example": "ann@xn--e1afmkfd.example",
    "ann@xn--x.example": "ann@xn--x.example",
    None: None,
}
SURVIVORSHIP_KEYS: Cases = {
    "2026-02-19 14:05:23.000000": "0202602191405230000000700000000000000000017",
    "2026-02-19 14:05:23.900000": "0202602191405239000000700000000000000000017",
    None: "0000000000000000000000700000000000000000017",
}
CHANNELS: Cases = {
    "postcard": "mail",
    "texting": "sms",
    "voice": "call",
    "e-mail": "email",
    "x": None,
}
TABLES: dict[str, Cases] = {
    "email_key('value')": EMAIL_KEYS,
    "survivorship_key('17', 'value', '7')": SURVIVORSHIP_KEYS,
    "contact_channel('value')": CHANNELS,
    "standardize_phone('value')": PHONES,
    "standardize_email('value')": EMAILS,
    "parse_date('value')": DATES,
    "parse_datetime('value')": MOMENTS,
    "name_key('value')": KEYS,
    "proper_case('value')": CASED,
    "street_phrases(street_line('value', 'null'))": STREETS,
    "'nullif(' ~ street_unit(street_phrases(street_line('value', 'null'))) ~ \", '')\"": UNITS,
    "'value regexp ' ~ \"'\" ~ second_street_pattern() ~ \"'\"": SECOND_STREETS,
    "standardize_state('value')": STATES,
    "standardize_country('value')": COUNTRIES,
    "standardize_zip('value', 'null')": ZIPS,
    "blank_to_null('value')": BLANKS,
    "name_suffix('value')": SUFFIXES,
    "standard_suffix('value')": LONE_SUFFIXES,
    "name_prefix('value')": PREFIXES,
}


@pytest.fixture(scope="module")
def rendered(
    dbt: Callable[..., DbtResult], warehouse_module: Settings
) -> tuple[Settings, dict[str, str]]:
    """A warehouse with seeds, and the SQL of every macro call of the tables above."""
    load_seeds(dbt, warehouse_module)
    calls = list(TABLES)
    return warehouse_module, dict(zip(calls, render(dbt, warehouse_module, calls), strict=True))


@pytest.mark.parametrize("call", TABLES, ids=lambda call: call.split("(")[0].strip("'"))
def test_literal_values(rendered: tuple[Settings, dict[str, str]], call: str) -> None:
    """Each value becomes exactly what is written beside it."""
    warehouse, sql = rendered
    cases = TABLES[call]
    results = evaluate(warehouse, sql[call], list(cases))
    assert dict(zip(cases, results, strict=True)) == cases
