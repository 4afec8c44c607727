"""LOAD DATA, to the letter; Aurora's form can't run on the servers of the suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from s3_server import BUCKET, keys, read, s3_server

from loaders.bulk_load import load_chunk, load_statement
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings, load_settings

TAIL = (
    " %s into table staging_raw_import character set utf8mb4 fields terminated by ','"
    " optionally enclosed by '\"' escaped by '' lines terminated by '\\n' (record_id, extra)"
)


class RecordingCursor:
    """Notes the statement, and what the server could fetch while it runs."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, tuple[str, ...]]] = []
        self.fetched: list[bytes] = []
        self.error: Exception | None = None

    def execute(self, sql: str, arguments: tuple[str, ...]) -> int:
        self.statements.append((sql, arguments))
        self.fetched = [read(key) for key in keys("chunks/")]
        if self.error:
            raise self.error
        return 2


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with s3_server(monkeypatch) as url:
        yield url


@pytest.fixture
def chunk(tmp_path: Path) -> Path:
    path = tmp_path / "chunk.csv"
    path.write_bytes(b"1,a\n2,b\n")
    return path


def load(cursor: RecordingCursor, chunk: Path, prefix: str | None) -> int:
    columns = "record_id, extra"
    return load_chunk(cursor, "staging_raw_import", columns, chunk, "m_raw/imp_1/1.csv", prefix)


def test_a_chunk_is_sent_by_default(bucket: str, chunk: Path) -> None:
    cursor = RecordingCursor()
    assert load(cursor, chunk, None) == 2
    assert cursor.statements == [("load data local infile" + TAIL, (str(chunk),))]
    assert keys() == []


@pytest.mark.parametrize("prefix", [f"s3://{BUCKET}/chunks", f"s3://{BUCKET}/chunks/"])
def test_aurora_fetches_a_chunk_that_is_there_meanwhile(
    bucket: str, chunk: Path, prefix: str
) -> None:
    cursor = RecordingCursor()
    settings = load_settings({"LODE_LOAD_FROM_S3": prefix})
    assert load(cursor, chunk, settings.load_from_s3) == 2
    address = f"s3://{BUCKET}/chunks/m_raw/imp_1/1.csv"
    assert cursor.statements == [("load data from s3 file" + TAIL, (address,))]
    assert cursor.fetched == [chunk.read_bytes()]
    assert keys() == []


def test_a_chunk_does_not_stay_when_the_statement_fails(bucket: str, chunk: Path) -> None:
    cursor = RecordingCursor()
    cursor.error = LodeError("The server refused it.")
    with pytest.raises(LodeError, match="refused it"):
        load(cursor, chunk, f"s3://{BUCKET}/chunks")
    assert cursor.fetched == [chunk.read_bytes()]
    assert keys() == []


@pytest.mark.parametrize(
    ("columns", "character_set"),
    [
        ("record_id, city", "binary"),
        ("record_id, city, extra", "utf8mb4"),
        ("record_id, city, quarantined", "utf8mb4"),
    ],
)
def test_only_json_needs_characters(columns: str, character_set: str) -> None:
    statement = load_statement("local infile", "staging_raw_import", columns)
    assert f" character set {character_set} fields " in statement


@pytest.mark.parametrize("broken", [b"a\xffb", b"a\xf0\x9f\x98", b"a\xc3"])
def test_the_server_finds_broken_text_among_bytes(
    warehouse: Settings, tmp_path: Path, broken: bytes
) -> None:
    path = tmp_path / "chunk.csv"
    path.write_bytes(b"1,Zo\xc3\xab\n2," + broken + b"\n")
    with (
        connect("loader", warehouse, schema="raw", local_infile=True) as connection,
        connection.cursor() as cursor,
    ):
        load_chunk(cursor, "staging_raw_import", "record_id, city", path, "1.csv", None)
        cursor.execute("select @@warning_count")
        assert cursor.fetchone() == (1,)
        cursor.execute("select city from staging_raw_import where record_id = 1")
        assert cursor.fetchone() == ("Zoë",)


def test_a_wrong_prefix_is_a_sentence() -> None:
    with pytest.raises(LodeError, match="LODE_LOAD_FROM_S3 is 'chunks': write s3://bucket/prefix"):
        load_settings({"LODE_LOAD_FROM_S3": "chunks"})
