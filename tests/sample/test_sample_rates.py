"""The mess: at the rates that marketing lists have, and never a way to reach a real person."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest

from lode.sample import generate
from lode.sample.contact_fields import PLACEHOLDER_MAILBOXES
from lode.sample.geography import load_geography
from lode.sample.people import NAMESAKE, TWIN
from lode.sample.phones import PLACEHOLDER_PHONES
from lode.sample.records import build_records
from lode.sample.truth import load
from lode.sample.world import World, build_world

# Share of records: lowest and highest believable. 20,000 people, so that chance moves them little.
_BOUNDS = {
    "nickname": (0.02, 0.08),
    "first_name_typo": (0.005, 0.03),
    "last_name_typo": (0.005, 0.03),
    "swapped_names": (0.003, 0.02),
    "middle_as_first": (0.005, 0.03),
    "missing_first_name": (0.004, 0.02),
    "initial_only": (0.005, 0.03),
    "maiden_name": (0.004, 0.03),
    "email_typo": (0.004, 0.03),
    "invalid_email": (0.001, 0.01),
    "old_email": (0.01, 0.06),
    "family_mailbox": (0.01, 0.06),
    "placeholder_email": (0.004, 0.02),
    "phone_typo": (0.005, 0.03),
    "old_phone": (0.01, 0.06),
    "family_phone": (0.05, 0.2),
    "switchboard": (0.01, 0.06),
    "recycled_phone": (0.003, 0.03),
    "placeholder_phone": (0.004, 0.02),
    "phone_without_area_code": (0.004, 0.02),
    "street_typo": (0.005, 0.03),
    "old_address": (0.03, 0.12),
    "no_zip": (0.01, 0.06),
    "lost_zip_zero": (0.005, 0.04),
    "wrong_birth_date": (0.0005, 0.01),
    "exact_duplicate": (0.005, 0.03),
    "unusable": (0.001, 0.006),
}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(20_000, 99)


@pytest.fixture(scope="module")
def shares(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    directory = tmp_path_factory.mktemp("rates") / "set"
    generate(20_000, 99, directory)
    truth = load(directory / "truth.csv")
    counts = Counter(kind for record in truth.values() for kind in record.kinds)
    return {kind: count / len(truth) for kind, count in counts.items()}


@pytest.mark.parametrize("kind", sorted(_BOUNDS))
def test_each_kind_of_error_keeps_its_rate(shares: dict[str, float], kind: str) -> None:
    lowest, highest = _BOUNDS[kind]
    assert lowest <= shares[kind] <= highest


def test_records_beyond_one_per_person(world: World) -> None:
    records = build_records(world.people, world.contacts, world.random, world.geography)
    total = sum(int((part.person >= 0).sum()) for part in records)
    assert 0.20 <= total / 20_000 - 1 <= 0.30


def test_a_person_s_records_spread_over_files_and_dates(sample) -> None:
    files = defaultdict(set)
    for (filename, _, _), record in sample.truth.items():
        files[record.person_key].add(filename)
    files.pop("")
    assert {len(names) for names in files.values()} >= {1, 2, 3}
    assert sum(len(names) > 1 for names in files.values()) > 150


def test_households_twins_and_namesakes_exist(world: World) -> None:
    people = world.people
    twins = (people.role == TWIN).sum()
    assert 0.005 < twins / len(people) < 0.03
    for second in (people.role == TWIN).nonzero()[0][1::2]:
        assert people.birth_day[second] == people.birth_day[second - 1]
        assert people.surname.first[second] == people.surname.first[second - 1]
    sons = (people.role == NAMESAKE).nonzero()[0]
    assert 0.008 < len(sons) / len(people) < 0.03
    for son in sons:
        father = (people.family == people.family[son]).nonzero()[0][0]
        assert people.first[father] == people.first[son]
        assert people.surname.first[father] == people.surname.first[son]
        assert people.birth_day[son] - people.birth_day[father] > 20 * 365
        assert not people.is_female[father]
        assert people.suffix[son] >= 2
    in_households = (people.household_size > 1).mean()
    assert 0.35 < in_households < 0.75


def test_father_and_son_of_one_name_stand_on_the_lists(sample) -> None:
    names = defaultdict(set)
    for key, row in sample.of_file("crm.sqlite").items():
        record = sample.truth["crm.sqlite", "contacts", key]
        name = (row["first_name"].lower(), row["last_name"].lower(), record.household_key)
        names[name].add(record.person_key)
    assert any(len(persons) > 1 for persons in names.values())


def test_shared_switchboards_and_recycled_numbers_exist(world: World) -> None:
    contacts = world.contacts
    colleagues = Counter(contacts.office[contacts.office >= 0].tolist())
    assert max(colleagues.values()) > 12
    assert sum(count > 1 for count in colleagues.values()) > 50
    assert contacts.is_recycled.sum() > 100
    heirs = contacts.is_recycled.nonzero()[0]
    assert set(contacts.mobile[heirs].tolist()) <= set(contacts.former_mobile.tolist())


def test_small_sets_use_numbers_reserved_for_fiction_only(sample, read_table) -> None:
    texts = [value for row in sample.rows.values() for name, value in row.items() if "hone" in name]
    texts += [row["Mobile"] for row in sample.of_file("web_signups.csv").values()]
    texts += [row["phone"] for row in read_table(sample.directory / "dnc_registry.csv")]
    for name in ("touchpoints.csv", "opt_outs.csv"):
        texts += [row["Phone"] for row in read_table(sample.directory / name)]
    seen = 0
    for text in texts:
        digits = re.sub(r"\D", "", re.sub(r"\.0$|\s*(x|ext).*$", "", text.strip()))
        digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
        if len(digits) != 10 or digits in PLACEHOLDER_PHONES:
            assert len(digits) < 10 or digits in PLACEHOLDER_PHONES, text
            continue
        seen += 1
        assert re.fullmatch(r"\d{3}55501\d\d", digits), text
    assert seen > 3_000


def test_all_mailboxes_are_in_reserved_domains(sample, read_table) -> None:
    texts = [
        value
        for row in sample.rows.values()
        for name, value in row.items()
        if "mail" in name.lower()
    ]
    for name in ("touchpoints.csv", "opt_outs.csv"):
        texts += [row["Email"] for row in read_table(sample.directory / name)]
    domains = {text.strip().lower().rpartition("@")[2] for text in texts if "@" in text}
    strange = {
        name for name in domains if name and not re.search(r"(^|\.)example\.(com|org|net)$", name)
    }
    assert strange <= {text.rpartition("@")[2] for text in PLACEHOLDER_MAILBOXES}


def test_places_are_real_combinations(sample) -> None:
    geography = load_geography()
    places = set(zip(geography.zip.to_pylist(), geography.state.to_pylist(), strict=True))
    codes = {state for _, state in places}
    checked = 0
    for row in sample.of_file("mailing_house.csv").values():
        if row["ZIP+4"]:
            assert (
                row["ZIP+4"].partition("-")[0].zfill(5),
                row["ST"],
            ) in places
            checked += 1
    assert checked > 200
    assert len(codes) == 51


def test_phones_mostly_carry_an_area_code_of_their_place(world: World) -> None:
    geography, contacts, people = world.geography, world.contacts, world.people
    home = geography.zip_of_household(world.random, people.family)
    owners = (contacts.landline > 0).nonzero()[0]
    start, count = geography._code_start, geography._code_count
    for person in owners[:500]:
        own = geography._code_flat[start[home[person]] : start[home[person]] + count[home[person]]]
        assert contacts.landline[person] // 10_000_000 in geography.area_codes[own]


def test_mailboxes_have_one_owner(world: World) -> None:
    boxes = world.contacts.mailboxes
    owned = [
        box
        for part in (boxes.current, boxes.former, boxes.secondary)
        for box in part.to_pylist()
        if box
    ]
    assert len(owned) == len(set(owned))
    domains = Counter(box.partition("@")[2] for box in owned)
    assert 0.4 < domains["mail.example.com"] / len(owned) < 0.5


def test_names_are_diverse_enough_for_a_million(world: World) -> None:
    """Strangers who share first name, surname and ZIP are rare, but there are some."""
    people = world.people
    home = world.geography.zip_of_household(world.random, people.family)
    groups = defaultdict(set)
    for person in range(len(people)):
        key = (people.first[person], people.surname.first[person], home[person])
        groups[key].add(people.family[person])
    strangers = sum(len(families) - 1 for families in groups.values())
    assert 0 < strangers < 0.004 * len(people)
