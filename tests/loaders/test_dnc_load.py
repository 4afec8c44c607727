"""Do-not-call lists: every documented shape, dated stays, all of a file or nothing of it."""

from __future__ import annotations

import gzip
import signal
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from killed_process import run_until_killed

from loaders.dnc.load import DncRequest, load_registry, parse_area_codes
from loaders.dnc.status import read_status
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings

pytestmark = pytest.mark.database

NUMBERS = [2025550100, 2025550101, 5125550102, 5125550107]
DAY = date(2026, 1, 5)
SCRIPT = Path(__file__).with_name("dnc_until_killed.py")
MOMENTS = [
    ("loaders.dnc.versions:begin", 1, "after"),
    ("loaders.dnc.store:Store._merge", 1, "after"),
    ("loaders.dnc.versions:note_chunk", 2, "after"),
    ("loaders.dnc.store:Store._write", 2, "after"),
    ("loaders.dnc.versions:publish", 1, "after"),
    ("loaders.dnc.store:Store._publish", 1, "after"),
]


def ask(name: str, day: date | None = DAY, **more: Any) -> DncRequest:
    """A request for a list of its own."""
    more = {"subscription_account": "A-1", "area_codes": (202, 512), **more}
    return DncRequest(name, accessed_on=day, **more)


def load(settings: Settings, path: Path, content: str | bytes, request: DncRequest) -> Any:
    """Write a file and load it."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_registry(path, settings, request, chunk_rows=2).version


def lines(numbers: list[int]) -> str:
    """A flat full list."""
    return "".join(f"{number}\n" for number in numbers)


def rows(settings: Settings, query: str, *arguments: object) -> list[tuple[Any, ...]]:
    """Rows of a query, as the auditor sees them."""
    with connect("auditor", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return list(cursor.fetchall())


def stays(settings: Settings, name: str) -> list[tuple[int, date, date | None]]:
    """Number, first and last day of every stay on a list, as far as it counts."""
    return rows(
        settings,
        "select phone, began.accessed_on, ended.accessed_on from dnc_listings as listings"
        " inner join dnc_lists as lists on listings.list_id = lists.list_id"
        " inner join dnc_downloads as began on listings.from_download = began.id"
        " and began.loaded_at is not null left join dnc_downloads as ended"
        " on listings.to_download = ended.id and ended.loaded_at is not null"
        " where list_name = %s order by phone, began.id",
        name,
    )


def xml_of(numbers: list[int], ending: str = "</list>") -> str:
    """A full list in XML, zeros lost as the registry loses them."""
    text = "<?xml version='1.0'?>\n<list type='full' level='state' val='TX'>"
    for code in sorted({number // 10**7 for number in numbers}):
        inner = "".join(f'<ph val="{n % 10**7}"/>' for n in numbers if n // 10**7 == code)
        text += f"<ac val='{code}'>{inner}</ac>"
    return text + ending


def test_every_documented_shape_says_the_same(warehouse_module: Settings, tmp_path: Path) -> None:
    plain = lines(NUMBERS)
    archive = tmp_path / "made.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("list.txt", plain)
    shapes: dict[str, str | bytes] = {
        "plain": plain,
        "windows": plain.replace("\n", "\r\n"),
        "no_end": plain.rstrip(),
        "columns": "".join(f"{n // 10**7},{n % 10**7:07d}\n" for n in NUMBERS),
        "dashes": "".join(f"{n // 10**7}-{n // 10**4 % 1000}-{n % 10**4:04d}\n" for n in NUMBERS),
        "mixed": f"2025550100\n202,5550101\n512-555-0102\r\n\n{NUMBERS[3]}",
        "unsorted": lines(NUMBERS[::-1]),
        "heading": "name,phone\n" + "".join(f"Ann,{n}\n" for n in NUMBERS),
        "two_headings": "areacode,number\n"
        + "".join(f"{n // 10**7},{n % 10**7:07d}\n" for n in NUMBERS),
        "whole_and_area": "area code,phone\n" + "".join(f"{n // 10**7},{n}\n" for n in NUMBERS),
        "mark": "\ufeff" + plain,
        "xml": xml_of(NUMBERS),
        "gzip": gzip.compress(plain.encode()),
        "zip": archive.read_bytes(),
    }
    for name, content in shapes.items():
        version = load(warehouse_module, tmp_path / name, content, ask(f"shape_{name}"))
        assert (version.kind, version.number_count, version.added_count) == ("full", 4, 4)
        assert stays(warehouse_module, f"shape_{name}") == [(n, DAY, None) for n in NUMBERS], name


def test_each_file_of_an_archive_is_a_version(warehouse_module: Settings, tmp_path: Path) -> None:
    path = tmp_path / "several.zip"
    with zipfile.ZipFile(path, "w") as file:
        for code in (202, 512):
            file.writestr(f"{code}.txt", lines([n for n in NUMBERS if n // 10**7 == code]))
    for code in (202, 512, 512):
        request = ask("several", area_codes=(code,), member=f"{code}.txt")
        result = load_registry(path, warehouse_module, request)
    assert result.is_duplicate
    assert stays(warehouse_module, "several") == [(n, DAY, None) for n in NUMBERS]


@pytest.mark.parametrize("shape", ["flat", "marks", "xml"])
def test_changes_open_and_close_stays(
    warehouse_module: Settings, tmp_path: Path, shape: str
) -> None:
    name, later = f"changing_{shape}", DAY + timedelta(days=3)
    load(warehouse_module, tmp_path / "full", lines(NUMBERS), ask(name))
    records = [(2025550100, "D", "2026-01-06"), (2025550199, "A", "2026-01-07")]
    # Listed and taken off again the same day: the last word counts.
    records += [(5125550199, "A", "2026-01-06"), (5125550199, "D", "2026-01-07")]
    text = "".join(f"{phone},{day}T08:00:00,{mark}\n" for phone, mark, day in records)
    if shape == "marks":
        words = {"A": "add", "D": "Delete"}
        text = "".join(
            f"{words[mark]}|{phone // 10**7}|{phone % 10**7}|{day}\n"
            for phone, mark, day in records
        )
    if shape == "xml":
        text = '<list type="change" val="202">' + "".join(
            f'<ac val="{phone // 10**7}"><ph val="{phone % 10**7}" op="{mark}" at="{day}"/></ac>'
            for phone, mark, day in records
        )
        text += "</list>"
    version = load(warehouse_module, tmp_path / "change", text, ask(name, later, area_codes=None))
    assert (version.kind, version.added_count, version.removed_count) == ("change", 1, 1)
    assert stays(warehouse_module, name) == [
        (2025550100, DAY, later),
        (2025550101, DAY, None),
        (2025550199, later, None),
        (5125550102, DAY, None),
        (5125550107, DAY, None),
    ]
    listed = "select phone, listed_on from dnc_listings where listed_on is not null and phone = %s"
    assert (2025550199, date(2026, 1, 7)) in rows(warehouse_module, listed, 2025550199)


def test_a_full_list_closes_what_it_lacks_of_its_area_codes(
    warehouse_module: Settings, tmp_path: Path
) -> None:
    second, third = DAY + timedelta(days=1), DAY + timedelta(days=2)
    load(warehouse_module, tmp_path / "a", lines(NUMBERS), ask("closing"))
    kept = [NUMBERS[0], 2025550150, 2025550151]
    version = load(
        warehouse_module, tmp_path / "b", lines(kept), ask("closing", second, area_codes=(202,))
    )
    assert (version.added_count, version.removed_count) == (2, 1)
    back = load(warehouse_module, tmp_path / "c", lines(NUMBERS), ask("closing", third))
    assert (back.added_count, back.removed_count) == (1, 2)
    assert stays(warehouse_module, "closing") == [
        (2025550100, DAY, None),
        (2025550101, DAY, second),
        (2025550101, third, None),
        (2025550150, second, third),
        (2025550151, second, third),
        (5125550102, DAY, None),
        (5125550107, DAY, None),
    ]


BOMB = "<!DOCTYPE list [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><list><ph val='&a;'/></list>"
REFUSED: dict[str, tuple[str | bytes, dict[str, Any], str]] = {
    "cut line": ("2025550100\n20255501", {}, r"cut off in line 2"),
    "cut xml": (xml_of(NUMBERS, ""), {}, r"cut off in line 2"),
    "cut zip": (b"PK\x03\x04" + b"\0" * 40, {}, "damaged archive"),
    "cut gzip": (gzip.compress(lines(NUMBERS).encode())[:-12], {}, "damaged archive"),
    "letter": ("2025550100\n2025550I01\n2025550102\n", {}, "line 2 is not one telephone number"),
    "letter in front": ("A025550100\n", {}, "line 1 is not one telephone number"),
    "long": ("2025550100\n20255501011\n", {}, "line 2 is not"),
    "entity": (BOMB, {}, "declares a document type"),
    "no xml": ("<list><ph val='1'></list>", {}, "from line 1|no telephone number"),
    "wrong area": ("2025550100\n7375550100\n", {}, "record 2 has area code 737"),
    "no number": ("2025550100\n2021550100\n", {}, "record 2 is no number of the North American"),
    "twice": ("2025550100\n5125550102\n2025550100\n", {}, "records 1 and 3 are the same number"),
    "empty": ("", {}, "no telephone number"),
    "future access": (lines(NUMBERS), {"day": date(2999, 1, 1)}, "still to come"),
    "older": (lines(NUMBERS), {"day": date(2020, 1, 1)}, "load downloads in their order"),
    "no day": (lines(NUMBERS), {"day": None}, "--accessed"),
    "no account": (lines(NUMBERS), {"name": "national", "subscription_account": None}, "subscr"),
    "no codes": (lines(NUMBERS), {"name": "national", "area_codes": None}, "--area-codes"),
    "bad list": (lines(NUMBERS), {"name": "No List"}, "is no list name"),
    "no full": ("2025550100,A\n", {"name": "state_ok"}, "no full copy yet"),
    "future change": ("2025550100,2999-01-01,A\n", {}, "a day still to come"),
    "change twice": ("2025550100,A\n" * 2, {}, "record 2 says the same"),
    "no such day": ("2025550100,A,2026-02-30\n", {}, "line 1 is not a number, A or D"),
    "no such day in xml": (
        '<list type="change"><ac val="202"><ph val="5550100" op="A" at="2026-02-30"/></ac></list>',
        {},
        "line 1 holds a day that no calendar has",
    ),
    "no area code": ('<list><ac val="2O2"><ph val="5550100"/></ac></list>', {}, "no area code"),
    "other name": (lines(NUMBERS), {"name": "federal"}, "is the national registry"),
    "change of nothing": ("2025550100,A\n2025550101,X\n", {}, "line 2 is not a number, A or D"),
    "change elsewhere": ("2125550100,A\n", {"area_codes": (212,)}, "load their full list first"),
    "much shorter": ("2025550100\n", {}, "seems to be cut off"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_bad_file_is_refused_whole(warehouse_module: Settings, tmp_path: Path, case: str) -> None:
    content, more, sentence = REFUSED[case]
    if not stays(warehouse_module, "refusing"):
        load(warehouse_module, tmp_path / "good", lines(NUMBERS), ask("refusing"))
    state = "select count(*), max(id), sum(status = 'LOADED') from dnc_downloads"
    listed = "select list_id, phone, from_download, to_download from dnc_listings order by 1, 2, 3"
    before = (rows(warehouse_module, state), rows(warehouse_module, listed))
    request = ask(more.pop("name", "refusing"), more.pop("day", DAY), **more)
    with pytest.raises(LodeError, match=sentence) as refused:
        load(warehouse_module, tmp_path / "bad.txt", content, request)
    assert "\n" not in str(refused.value)
    assert "5550" not in str(refused.value), "a number of the file is in the message"
    assert (rows(warehouse_module, state), rows(warehouse_module, listed)) == before


def test_the_same_file_again_and_a_busy_list(
    warehouse_module: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(warehouse_module, tmp_path / "a", lines(NUMBERS), ask("again"))
    result = load_registry(tmp_path / "a", warehouse_module, ask("again"))
    assert result.is_duplicate
    assert result.version.id == first.id
    with pytest.raises(LodeError, match="already, for area codes 202,512, which stay"):
        load_registry(tmp_path / "a", warehouse_module, ask("again", area_codes=(202,)))
    from loaders.writer import Writer

    monkeypatch.setattr("loaders.writer.LOCK_SECONDS", 0)
    holder = Writer(warehouse_module)
    try:
        holder.claim("dnc", "again", "The list again")
        with pytest.raises(LodeError, match="The list again is being loaded by another process"):
            load(warehouse_module, tmp_path / "b", lines(NUMBERS[:3]), ask("again"))
    finally:
        holder.close()


def test_a_killed_load_leaves_nothing_seen_and_is_taken_up(
    warehouse_module: Settings, tmp_path: Path
) -> None:
    """Every moment of a full list over an older one, and a file that never comes again."""
    name, before = "state_tx", lines([2025550100 + 2 * n for n in range(50)])
    load(warehouse_module, tmp_path / "old", before, ask(name, area_codes=None))
    seen = stays(warehouse_module, name)
    wanted = [2025550100 + 3 * n for n in range(50)]
    for number, (place, call, moment) in enumerate(MOMENTS):
        day = DAY + timedelta(days=1 + number)
        file = tmp_path / f"new_{number}"
        numbers = [*wanted, 2125550100 + number]
        file.write_text(lines(numbers))
        code = run_until_killed(
            SCRIPT, warehouse_module, str(file), day.isoformat(), place, call, moment
        )
        assert code == -signal.SIGKILL
        is_whole = "_publish" in place
        assert is_whole or stays(warehouse_module, name) == seen, place
        if number % 2:
            # The file that broke off never comes again; another one does.
            numbers.append(2125550190 + number)
            file.write_text(lines(numbers))
        request = DncRequest(name, accessed_on=day)
        load_registry(file, warehouse_module, request, chunk_rows=10)
        seen = stays(warehouse_module, name)
        assert [phone for phone, _, ended in seen if ended is None] == sorted(numbers)
    broken = "select count(*) from dnc_downloads where status = 'LOADING'"
    assert rows(warehouse_module, broken) == [(0,)]


def test_a_change_file_makes_current_what_it_names_and_status_names_its_account(
    warehouse_module: Settings, tmp_path: Path
) -> None:
    name, later = "named_codes", DAY + timedelta(days=40)
    load(warehouse_module, tmp_path / "a", lines(NUMBERS), ask(name, subscription_account="Z-9"))
    # The area code comes behind the first 64 KiB, which tell a change file.
    change = (
        f"<list type='change'><!--{'-=' * 40_000}--><ac val='512'>"
        "<ph val='5550199' op='A' at='2026-02-01'/></ac></list>"
    )
    request = ask(name, later, area_codes=None)
    assert load(warehouse_module, tmp_path / "b", change, request).area_codes == "512"
    found = [
        (copy.area_code, copy.state, copy.subscription_account)
        for copy in read_status(warehouse_module, later)
        if copy.list_name == name
    ]
    assert found == [(202, "stale", "Z-9"), (512, "current", "A-1")]


def test_status_tells_the_age_of_each_area_code(warehouse_module: Settings, tmp_path: Path) -> None:
    request = ask("ageing", area_codes=parse_area_codes("512, 202"))
    load(warehouse_module, tmp_path / "a", lines(NUMBERS), request)
    found = {
        age: {
            (copy.area_code, copy.state)
            for copy in read_status(warehouse_module, DAY + timedelta(days=age))
            if copy.list_name == "ageing"
        }
        for age in (0, 23, 24, 31, 32)
    }
    states = {0: "current", 23: "current", 24: "due", 31: "due", 32: "stale"}
    assert found == {age: {(202, state), (512, state)} for age, state in states.items()}
