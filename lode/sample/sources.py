"""The files that hold people: their dialect, their period, and how carefully each was kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def day(date: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    return int(np.datetime64(date).astype(np.int64))


@dataclass(frozen=True)
class Dialect:
    """How a file is written; a SQLite file has only a table."""

    filename: str
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\n"
    quotes_all: bool = False
    table: str = ""
    header: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One source of people. Rates are per record; weights are shares of all records."""

    dialect: Dialect
    weight: int
    first_day: int
    last_day: int
    order: str  # what its rows are sorted by: day, zip
    nickname: float
    initial: float
    middle: float  # share of records that show a middle name or initial, if there is one
    typing: float  # factor on all typing errors
    blank_email: float
    blank_phone: float
    blank_address: float
    lost_zero: float
    plus4: float
    plain: float  # accents lost


LEADS = Source(
    Dialect(
        "campaign_leads_q1.csv",
        header=(
            "First Name", "Last Name", "Email", "Phone", "Address", "City", "State", "Zip",
            "Lead Date",
        ),
    ),
    weight=30, first_day=day("2026-01-02"), last_day=day("2026-03-31"), order="day",
    nickname=0.06, initial=0.010, middle=0.0, typing=1.0,
    blank_email=0.06, blank_phone=0.05, blank_address=0.03, lost_zero=0.55, plus4=0.04, plain=0.3,
)  # fmt: skip
MAILING_HOUSE = Source(
    Dialect(
        "mailing_house.csv", encoding="cp1252", line_end="\r\n",
        header=("NAME", "ADDR1", "ADDR2", "CITY", "ST", "ZIP+4", "COUNTY", "MAIL DATE"),
    ),
    weight=15, first_day=day("2018-03-01"), last_day=day("2025-11-30"), order="zip",
    nickname=0.02, initial=0.020, middle=0.6, typing=0.7,
    blank_email=1.0, blank_phone=1.0, blank_address=0.003, lost_zero=0.03, plus4=0.7, plain=0.4,
)  # fmt: skip
CALL_CENTER = Source(
    Dialect(
        "call_center_export.csv", line_end="\r\n", quotes_all=True,
        header=(
            "Name", "Phone 1", "Phone 2", "Phone Type", "Company", "Zip", "Call Date", "Agent",
            "Disposition", "Notes",
        ),
    ),
    weight=14, first_day=day("2022-01-10"), last_day=day("2026-06-25"), order="day",
    nickname=0.16, initial=0.008, middle=0.08, typing=1.5,
    blank_email=1.0, blank_phone=0.004, blank_address=0.06, lost_zero=0.02, plus4=0.0, plain=0.8,
)  # fmt: skip
SIGNUPS = Source(
    Dialect(
        "web_signups.csv", encoding="utf-8-sig", delimiter=";",
        header=(
            "Email Address", "First", "Last", "Mobile", "City", "State", "Zip Code",
            "Date of Birth", "Email Verified", "Signup Date",
        ),
    ),
    weight=17, first_day=day("2019-02-01"), last_day=day("2026-06-28"), order="day",
    nickname=0.18, initial=0.015, middle=0.02, typing=1.1,
    blank_email=0.004, blank_phone=0.2, blank_address=0.03, lost_zero=0.02, plus4=0.0, plain=0.2,
)  # fmt: skip
CRM = Source(
    Dialect(
        "crm.sqlite", table="contacts",
        header=(
            "id", "first_name", "middle_name", "last_name", "suffix", "company", "email",
            "secondary_email", "mobile_phone", "home_phone", "work_phone", "street", "street_2",
            "city", "state", "postal_code", "country", "birthday", "email_verified", "created_at",
        ),
    ),
    weight=24, first_day=day("2014-05-01"), last_day=day("2026-06-20"), order="day",
    nickname=0.07, initial=0.008, middle=0.35, typing=0.8,
    blank_email=0.07, blank_phone=0.05, blank_address=0.04, lost_zero=0.04, plus4=0.12, plain=0.1,
)  # fmt: skip
SOURCES = (LEADS, MAILING_HOUSE, CALL_CENTER, SIGNUPS, CRM)

OPT_OUTS = Dialect("opt_outs.csv", header=("Email", "Phone", "Channel", "Opted Out At", "Reason"))
DNC = Dialect("dnc_registry.csv", header=("phone", "listing_date", "source"))
CAMPAIGNS = Dialect(
    "campaigns.csv", header=("Campaign Name", "Type", "Start Date", "End Date", "Budget")
)
TOUCHPOINTS = Dialect(
    "touchpoints.csv",
    header=(
        "Email", "Phone", "Campaign", "Type", "Date", "Status", "Duration Seconds", "Agent",
        "Message Id",
    ),
)  # fmt: skip
TRUTH = Dialect(
    "truth.csv",
    header=(
        "filename", "source_table", "row_number", "person_key", "household_key", "error_kinds",
    ),
)  # fmt: skip
SUMMARY_NAME = "sample.json"
FILE_NAMES = frozenset(
    [source.dialect.filename for source in SOURCES]
    + [dialect.filename for dialect in (OPT_OUTS, DNC, CAMPAIGNS, TOUCHPOINTS, TRUTH)]
    + [SUMMARY_NAME]
)
