"""Packed files: what comes out of them, and every way in which an archive can lie."""

from __future__ import annotations

import gzip
import stat
import zipfile
from pathlib import Path

import pytest

from loaders import packed
from loaders.packed import is_workbook, list_members, packing_of, unpack
from lode.errors import LodeError

TEXT = b"email\na@example.com\n"


def make_zip(path: Path, members: dict[str, bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def content(path: Path, folder: Path, member: str | None = None) -> bytes:
    packing = packing_of(path)
    assert packing is not None
    folder.mkdir()
    return unpack(path, path.name, packing, member, folder).path.read_bytes()


def refusal(path: Path, folder: Path, member: str | None = None) -> str:
    packing = packing_of(path)
    assert packing is not None
    folder.mkdir()
    with pytest.raises(LodeError) as refused:
        unpack(path, path.name, packing, member, folder)
    return str(refused.value)


def test_gzip_of_one_and_of_several_parts(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv.gz"
    path.write_bytes(gzip.compress(TEXT) + gzip.compress(b"b@example.com\n"))
    assert content(path, tmp_path / "out") == TEXT + b"b@example.com\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gzip.compress(TEXT, mtime=0)[:-5], "damaged archive"),
        (gzip.compress(TEXT, mtime=0)[:12], "damaged archive"),
        (gzip.compress(TEXT, mtime=0)[:-8] + b"\0" * 8, "damaged gzip archive (CRC check failed"),
        (gzip.compress(TEXT, mtime=0) + b"rubbish", "damaged gzip archive"),
        (gzip.compress(b"", mtime=0), "is empty (0 bytes)"),
        (b"\x1f\x8b\x08\x00rubbish and more rubbish", "damaged"),
    ],
)
def test_damaged_gzip(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "leads.csv.gz"
    path.write_bytes(data)
    assert words in refusal(path, tmp_path / "out")
    assert "leave --member out" in refusal(path, tmp_path / "out2", "x")


def test_zip_of_one_file_and_of_several(tmp_path: Path) -> None:
    single = make_zip(tmp_path / "a.zip", {"leads.csv": TEXT, "__MACOSX/._leads.csv": b"x"})
    out = tmp_path / "out"
    out.mkdir()
    unpacked = unpack(single, "a.zip", "zip", None, out)
    assert (unpacked.member, unpacked.name) == (None, "leads.csv")
    assert unpacked.path.read_bytes() == TEXT
    several = make_zip(tmp_path / "b.zip", {"x/leads.csv": TEXT, "dnc.csv": b"phone\n1\n"})
    assert "several files; name one with --member: x/leads.csv, dnc.csv." in refusal(
        several, tmp_path / "o1"
    )
    assert content(several, tmp_path / "o2", "dnc.csv") == b"phone\n1\n"
    assert "has no file nobody.csv; it has x/leads.csv, dnc.csv." in refusal(
        several, tmp_path / "o3", "nobody.csv"
    )
    assert [(one.name, one.size_bytes) for one in list_members(several, "b.zip")] == [
        ("x/leads.csv", len(TEXT)),
        ("dnc.csv", 8),
    ]


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "/etc/evil.csv", "..\\evil.csv", "a\x1b[31m.csv", "C:\\evil.csv"]
)
def test_names_of_members_are_no_paths(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "a.zip", {name: TEXT})
    assert content(path, tmp_path / "out") == TEXT
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["a.zip", "member", "out"]


def test_links_and_folders_are_not_offered(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.mkdir("folder") if hasattr(archive, "mkdir") else archive.writestr("folder/", b"")
    assert "has no file in it" in refusal(path, tmp_path / "out")


def test_damaged_protected_and_odd_zips(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"leads.csv": TEXT * 100})
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    assert "damaged archive" in refusal(path, tmp_path / "o1")
    changed = bytearray(whole)
    changed[50] ^= 0xFF
    path.write_bytes(bytes(changed))
    assert "damaged archive" in refusal(path, tmp_path / "o2")
    protected = bytearray(whole)
    protected[6] |= 1
    directory = whole.rindex(b"PK\x01\x02")
    protected[directory + 8] |= 1
    path.write_bytes(bytes(protected))
    assert "protected with a password" in refusal(path, tmp_path / "o3")
    method = bytearray(whole)
    method[8] = method[directory + 10] = 99
    path.write_bytes(bytes(method))
    assert "method that is not known here" in refusal(path, tmp_path / "o4")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TEXT)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", TEXT)
    assert "2 files named a.csv" in refusal(path, tmp_path / "o5", "a.csv")


def test_bombs_end_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are made small: what counts is that they hold for what is written."""
    monkeypatch.setattr(packed, "FREE_BYTES", 1024 * 1024)
    path = make_zip(tmp_path / "a.zip", {"a.csv": b"0" * 20_000_000})
    assert "more than 300 times its size" in refusal(path, tmp_path / "o1")
    bomb = tmp_path / "a.csv.gz"
    bomb.write_bytes(gzip.compress(b"0" * 20_000_000))
    assert "more than 300 times its size" in refusal(bomb, tmp_path / "o2")
    monkeypatch.setattr(packed, "MAXIMUM_BYTES", 5 * 1024**2)
    monkeypatch.setattr(packed, "MAXIMUM_RATIO", 10**6)
    assert "GiB when unpacked" in refusal(path, tmp_path / "o3")
    assert (tmp_path / "o3" / "member").stat().st_size <= 6 * 1024**2


def test_a_size_that_is_declared_too_small_is_found_out(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "a.zip", {"a.csv": TEXT * 10})
    data = bytearray(path.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    assert "damaged archive" in refusal(path, tmp_path / "out")


def test_workbooks_are_told_from_archives(tmp_path: Path) -> None:
    book = make_zip(tmp_path / "a.xlsx", {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b""})
    document = make_zip(tmp_path / "a.docx", {"[Content_Types].xml": b"<x/>", "word/d.xml": b""})
    ods = make_zip(tmp_path / "a.ods", {"mimetype": packed.ODS_TYPE})
    old = tmp_path / "a.xls"
    old.write_bytes(packed.OLE_MAGIC + b"\0" * 100)
    broken = tmp_path / "b.zip"
    broken.write_bytes(b"PK\x03\x04rubbish")
    assert [is_workbook(one) for one in (book, document, ods, old, broken)] == [
        True, False, True, True, False,
    ]  # fmt: skip
    plain = tmp_path / "a.csv"
    plain.write_bytes(TEXT)
    assert packing_of(plain) is None
