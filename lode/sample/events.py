"""What happened to the people: campaigns, touchpoints, opt-outs, and the do-not-call registry."""

from __future__ import annotations

import numpy as np

from lode.sample.address_fields import write_dates
from lode.sample.layouts import AGENTS
from lode.sample.phones import STYLE_WEIGHTS, STYLE_WITHOUT_AREA_CODE, write_numbers
from lode.sample.randomness import Flags, Integers
from lode.sample.sources import day
from lode.sample.text import Text, column, digits, is_empty, join, take, when
from lode.sample.world import World

# Name, type, first day, last day, budget in dollars, share of touchpoints.
CAMPAIGNS: tuple[tuple[str, str, str, str, int, int], ...] = (
    ("Spring Roofing 2024", "mail", "2024-03-01", "2024-05-15", 48_000, 10),
    ("Summer Solar 2024", "call", "2024-06-01", "2024-08-31", 62_500, 8),
    ("Back to School 2024", "email", "2024-08-01", "2024-09-15", 9_800, 9),
    ("Holiday Savings 2024", "sms", "2024-11-15", "2024-12-31", 15_250, 9),
    ("Medicare Open Enrollment 2024", "mail", "2024-10-15", "2024-12-07", 91_000, 8),
    ("Tax Time Refinance 2025", "call", "2025-02-01", "2025-04-15", 55_000, 8),
    ("Spring Roofing 2025", "mail", "2025-03-01", "2025-05-15", 51_000, 9),
    ("Summer Solar 2025", "sms", "2025-06-01", "2025-08-31", 18_400, 9),
    ("Win-back, Fall 2025", "email", "2025-09-15", "2025-11-15", 7_300, 9),
    ("Holiday Savings 2025", "sms", "2025-11-15", "2025-12-31", 16_100, 8),
    ("Q1 Lead Follow-up 2026", "call", "2026-01-05", "2026-04-30", 73_000, 8),
    ("Spring Roofing 2026", "mail", "2026-03-01", "2026-05-31", 54_000, 5),
)
_TYPES = ("mail", "sms", "call", "email")
_STATUSES = ("sent", "delivered", "failed")
# Rows: mail, sms, call, email.
_STATUS_WEIGHTS = ((70, 26, 4), (6, 88, 6), (0, 62, 38), (8, 86, 6))
_REASONS = ("STOP", "unsubscribe link", "asked on call", "complaint", "", "moved away")
_CHANNELS = ("email", "sms", "call", "mail", "all")
Columns = list[Text]


def campaign_columns() -> Columns:
    """The campaigns of campaigns.csv."""
    return [column([str(row[place]) for row in CAMPAIGNS]) for place in (0, 1, 2, 3, 4)]


def touchpoint_columns(world: World, index: Integers) -> Columns:
    """Rows of touchpoints.csv, one per index; rows without a reachable person are left out."""
    random, contacts = world.random, world.contacts
    person = random.below("touch/person", index, len(world.people))
    weights = np.array([row[5] for row in CAMPAIGNS], dtype=np.int64)
    campaign = random.pick("touch/campaign", index, weights)
    kind = np.array([_TYPES.index(row[1]) for row in CAMPAIGNS])[campaign]
    first = np.array([day(row[2]) for row in CAMPAIGNS])[campaign]
    length = np.array([day(row[3]) - day(row[2]) + 1 for row in CAMPAIGNS])[campaign]
    date = first + random.below("touch/day", index, length)
    mobile = np.where(date < contacts.mobile_day[person], contacts.former_mobile[person], 0)
    mobile = np.where(mobile > 0, mobile, contacts.mobile[person])
    number = np.where((mobile == 0) & (kind != 1), contacts.landline[person], mobile)
    mailbox = when(
        date < contacts.mailboxes.change_day[person],
        take(contacts.mailboxes.former, person),
        take(contacts.mailboxes.current, person),
    )
    mailbox = when(is_empty(mailbox), take(contacts.mailboxes.current, person), mailbox)
    mailbox = when(random.chance("touch/unknown", index, 0.015), _strangers(index), mailbox)
    by_mail = (kind == 3) | ((kind == 0) & random.chance("touch/by_mail", index, 0.6))
    both = random.chance("touch/both", index, 0.1)
    email = when(by_mail | both, mailbox, "")
    phone = when((~by_mail | both) & (number > 0), _numbers(world, index, number), "")
    status = np.zeros(len(index), dtype=np.int64)
    for place, row in enumerate(_STATUS_WEIGHTS):
        drawn = random.pick(f"touch/status/{place}", index, np.array(row, dtype=np.int64))
        status = np.where(kind == place, drawn, status)
    talked = (kind == 2) & (status == 1)
    message = join("msg-", digits(random.below("touch/message", index, 10**9), 9))
    columns = [
        email,
        phone,
        take(column([row[0] for row in CAMPAIGNS]), campaign),
        take(column(_TYPES), kind),
        _moments(world, "touch", index, date),
        take(column(_STATUSES), status),
        when(talked, digits(random.between("touch/seconds", index, 8, 900)), ""),
        when(kind == 2, take(column(AGENTS), random.below("touch/agent", index, len(AGENTS))), ""),
        when((kind == 1) | (kind == 3), message, ""),
    ]
    return _keep(columns, ~(is_empty(email) & is_empty(phone)))


def opt_out_columns(world: World) -> Columns:
    """Rows of opt_outs.csv: about one person in forty, by mailbox or by number."""
    random, contacts = world.random, world.contacts
    person = np.arange(len(world.people), dtype=np.int64)
    person = person[random.chance("opt/out", person, 0.027)]
    channel = random.pick("opt/channel", person, np.array([40, 25, 15, 8, 12], dtype=np.int64))
    mailbox = take(contacts.mailboxes.current, person)
    number = np.where(
        contacts.mobile[person] > 0, contacts.mobile[person], contacts.landline[person]
    )
    by_mail = (channel == 0) | (channel >= 3)
    by_mail = np.where(is_empty(mailbox), False, by_mail | (number == 0))
    both = random.chance("opt/both", person, 0.15)
    date = day("2023-01-01") + random.below("opt/day", person, 1_270)
    email = when(by_mail | both, mailbox, "")
    phone = when((~by_mail | both) & (number > 0), _numbers(world, person, number), "")
    columns = [
        email,
        phone,
        take(column(_CHANNELS), channel),
        _moments(world, "opt", person, date),
        take(column(_REASONS), random.below("opt/reason", person, len(_REASONS))),
    ]
    return _keep(columns, ~(is_empty(email) & is_empty(phone)))


def registry_columns(world: World) -> Columns:
    """Rows of dnc_registry.csv: bare numbers in ascending order, some unknown to the lists."""
    random, contacts = world.random, world.contacts
    person = np.arange(len(world.people), dtype=np.int64)
    listed = np.concatenate(
        [
            contacts.mobile[random.chance("dnc/mobile", person, 0.18)],
            contacts.landline[random.chance("dnc/landline", person, 0.2)],
            world.plan.any_number(
                random, "dnc/other", person[random.chance("dnc/more", person, 0.08)]
            ),
        ]
    )
    numbers = np.unique(listed[listed > 0])
    source = random.pick("dnc/source", numbers, np.array([86, 9, 5], dtype=np.int64))
    date = day("2003-10-01") + random.below("dnc/day", numbers, 8_270)
    return [
        digits(numbers, 10),
        write_dates(date, "iso"),
        take(column(("federal", "state", "internal")), source),
    ]


def _numbers(world: World, index: Integers, numbers: Integers) -> Text:
    weights = STYLE_WEIGHTS.copy()
    weights[STYLE_WITHOUT_AREA_CODE] = 0
    style = world.random.pick("event/style", index, weights)
    return write_numbers(digits(numbers, 10), style)


def _strangers(index: Integers) -> Text:
    return join("unknown", digits(index), "@mail.example.com")


def _moments(world: World, stream: str, index: Integers, date: Integers) -> Text:
    clock = [
        digits(world.random.between(f"{stream}/{unit}", index, low, high), 2)
        for unit, low, high in (("h", 8, 20), ("m", 0, 59), ("s", 0, 59))
    ]
    return join(write_dates(date, "iso"), " ", clock[0], ":", clock[1], ":", clock[2])


def _keep(columns: Columns, mask: Flags) -> Columns:
    places = np.flatnonzero(mask)
    return [take(each, places) for each in columns]
