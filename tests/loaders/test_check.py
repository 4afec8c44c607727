"""Checks before anything is written: one sentence for each file that can't be loaded."""

from __future__ import annotations

import gzip
import os
import random
import zipfile
from pathlib import Path

import pytest

from loaders.check import MAXIMUM_FILE_BYTES, check_file
from lode.errors import LodeError, printable


def refusal(path: Path) -> str:
    with pytest.raises(LodeError) as raised:
        check_file(path)
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_a_missing_file(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "nowhere.csv")


def test_a_directory(tmp_path: Path) -> None:
    assert "is a directory" in refusal(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    assert "is empty" in refusal(tmp_path / "empty.csv")


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(MAXIMUM_FILE_BYTES + 1)
    assert "the limit is 5 GiB" in refusal(path)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.csv"
    path.write_text("email\na@example.com\n")
    path.chmod(0)
    if os.geteuid() == 0:
        # Root reads everything; the kernel's answer to others is put in its place.
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
    assert "no permission" in refusal(path)


def test_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "not a regular file" in refusal(tmp_path / "pipe.csv")


def test_a_name_with_a_nul() -> None:
    assert "can't be read" in refusal(Path("a\0b.csv"))


def test_formats_are_told_by_content(tmp_path: Path) -> None:
    packed = tmp_path / "leads.csv.gz"
    packed.write_bytes(gzip.compress(b"email\na@example.com\n"))
    archive = tmp_path / "leads.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a", "b")
    dump = tmp_path / "leads.sql"
    dump.write_text("CREATE TABLE a (b int);\n")
    text = tmp_path / "leads.csv"
    text.write_text("email\na@example.com\n")
    found = [check_file(path).format for path in (packed, archive, dump, text)]
    assert found == ["gzip", "zip", "dump", "csv"]


@pytest.mark.parametrize("size", [300, 5_000, 200_000])
def test_noise_is_binary(tmp_path: Path, size: int) -> None:
    path = tmp_path / "noise.csv"
    path.write_bytes(random.Random(size).randbytes(size))
    assert "binary" in refusal(path)


def test_a_few_stray_controls_are_text(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(b"email,name\na@example.com,J\x00a\x01ne\n\x1a")
    assert check_file(path).format == "csv"


def test_a_database_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_bytes(b"SQLite format 3\0" + bytes(100))
    assert check_file(path).format == "sqlite"


def test_names_are_printed_without_controls() -> None:
    assert printable("a\x1b[31m\nb\u202e") == "a?[31m?b\u202e"
    assert printable("x" * 100, 10) == "x" * 9 + "…"
    assert printable("bad \udcff byte") == "bad ? byte"
