"""Dumps that the server's own client makes of a table with every odd value."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from dump_files import checked_tables, rows_of

from lode.db import connect
from lode.server import PrivateServer
from lode.settings import Settings

CLIENT = shutil.which("mariadb-dump") or shutil.which("mysqldump")
pytestmark = [
    pytest.mark.database,
    pytest.mark.skipif(CLIENT is None, reason="no client that dumps is here"),
]
TEXTS = [
    None, "", "plain", "it's", 'say "hi"', "a\nb\r\nc\td", "C:\\temp\\", "\x1a", "nul\0nul", "😀é",
    "; -- not a comment /* x */ );", "'),(9,'x", "\\'", "''", "NULL", "0x41", "%_\\%", " blanks ",
]  # fmt: skip
BLOBS = [bytes(range(256)), b"", b"'\\\"\0", None, b"\xff\xfe", b"plain"]
OPTIONS = [
    [],
    ["--hex-blob"],
    ["--complete-insert"], ["--skip-extended-insert"], ["--skip-opt", "--create-options"],
    ["--skip-extended-insert", "--hex-blob", "--complete-insert"], ["--replace"],
    ["--insert-ignore"], ["--skip-comments", "--compact"],
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(warehouse_module: Settings) -> Settings:
    with connect("loader", warehouse_module, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "create table odd (id int primary key, `te``xt` longtext, photo longblob,"
            " price decimal(9,2), flags bit(10), born date)"
        )
        rows = [
            (i, TEXTS[i % len(TEXTS)], BLOBS[i % len(BLOBS)], f"{i - 50}.50", i, "2000-01-02")
            for i in range(400)
        ]
        cursor.executemany(
            "insert into odd values (%s, %s, %s, %s, %s, %s)", rows
        )  # fmt: skip
    return warehouse_module


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(options) or "default")
def test_a_dump_equals_its_table(filled: Settings, tmp_path: Path, options: list[str]) -> None:
    path = tmp_path / "odd.sql"
    assert CLIENT is not None
    done = subprocess.run(
        [
            CLIENT, "--no-defaults", f"--socket={PrivateServer(filled).socket}",
            f"--user={filled.account('loader').user}",
            f"--password={filled.account('loader').password}", "--skip-lock-tables",
            "--no-tablespaces", "--default-character-set=utf8mb4", f"--result-file={path}",
            *options, filled.schema("raw"), "odd",
        ],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert checked_tables(path)["odd"].columns == (
        "id", "te`xt", "photo", "price", "flags", "born",
    )  # fmt: skip
    expected = [
        (
            str(i), TEXTS[i % len(TEXTS)],
            None if (blob := BLOBS[i % len(BLOBS)]) is None else blob.hex(),
            f"{i - 50}.50", f"{i:04x}", "2000-01-02",
        )
        for i in range(400)
    ]  # fmt: skip
    assert rows_of(path, "odd") == expected
