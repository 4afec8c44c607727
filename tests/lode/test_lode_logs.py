"""The log: JSON lines from which secrets, mails and phone numbers cannot be read."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lode.logs import get_logger, logging_to, redact
from lode.settings import load_settings

DIGITS = st.text("0123456789", min_size=4, max_size=4)
AREA = st.integers(200, 999).map(str)
SHAPES = (
    "({a}) {e}-{l}",
    "{a}-{e}-{l}",
    "{a}.{e}.{l}",
    "{a} {e} {l}",
    "+1{a}{e}{l}",
    "1-{a}-{e}-{l}",
    "{a}{e}{l}",
    "+1 ({a}) {e}-{l}",
)
WORDS = st.text("abc xyz,;:'\"()", max_size=12)


@given(AREA, AREA, DIGITS, st.sampled_from(SHAPES), WORDS, WORDS)
def test_no_phone_number_gets_through(
    area: str, exchange: str, line: str, shape: str, before: str, after: str
) -> None:
    number = shape.format(a=area, e=exchange, l=line)
    shown = redact(f"{before} {number} {after}")
    assert number not in shown
    assert "[phone]" in shown


@given(st.from_regex(r"[a-z0-9._+%-]{1,20}@[a-z0-9-]{1,10}(\.[a-z]{2,5}){1,2}", fullmatch=True))
def test_no_mail_address_gets_through(address: str) -> None:
    assert address not in redact(f"sent to <{address}>, and to {address}.")


@given(
    st.text(st.characters(codec="utf-8"), min_size=6), st.text(max_size=20), st.text(max_size=20)
)
def test_no_known_secret_gets_through(secret: str, before: str, after: str) -> None:
    assert secret not in redact(f"{before}{secret}{after}", (secret,)).replace("[redacted]", "\0")


@pytest.mark.parametrize(
    "text",
    [
        "password=canary",
        "Password: canary",
        "{'password': 'canary'}",
        '{"username": "u", "password":"canary", "port": 1}',
        "LODE_APP_PASSWORD=canary lode env",
        "DBT_ENV_SECRET_LODE_TRANSFORMER_PASSWORD='canary'",
        "mysql://user:canary@host:3306/x",
        "alter user 'a'@'%' identified by 'canary'",
        "ALTER USER a IDENTIFIED BY 'canary' require ssl",
        "passwd = canary",
    ],
)
def test_what_calls_itself_a_secret_is_taken_out(text: str) -> None:
    assert "canary" not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "record 10000000001 of import 1",
        "record 20000000001 to 20000099999",
        "imp_2026_02_19_001 took 12.345 s",
        "127.0.0.1:35123 pid 12352",
        "2026-02-19T12:00:00.123+00:00",
        "checksum 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "84000000 rows",
    ],
)
def test_what_an_operator_needs_stays(text: str) -> None:
    assert redact(text) == text


def test_lines_are_json_and_the_file_is_private(tmp_path: Path) -> None:
    settings = load_settings(
        {"LODE_HOME": str(tmp_path), "LODE_APP_USER": "a", "LODE_APP_PASSWORD": "canary-15"}
    )
    with logging_to(settings) as path:
        get_logger("loaders").info("%s rows\nof %s", 5, "canary-15")
        try:
            raise ValueError("canary-15")
        except ValueError as error:
            get_logger("loaders").error("failed", exc_info=error)
    get_logger("loaders").info("after the end")
    first, second = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert (first["logger"], first["level"], first["message"]) == (
        "lode.loaders",
        "info",
        "5 rows\nof [redacted]",
    )
    assert "ValueError: [redacted]" in second["trace"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_of_somebody_else_gets_no_log(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with logging_to(load_settings({"LODE_HOME": str(tmp_path)})) as path:
        get_logger("cli").warning("hello")
    assert tmp_path not in path.parents
    assert [found.name for found in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_log_that_cannot_be_written_stops_nothing() -> None:
    with logging_to(load_settings({"LODE_HOME": "/proc/lode"})):
        get_logger("cli").warning("hello")
    assert not Path("/proc/lode").exists()


def test_a_log_that_grew_large_is_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lode.logs.LIMIT_BYTES", 100)
    for number in range(3):
        with logging_to(load_settings({"LODE_HOME": str(tmp_path)})) as path:
            get_logger("cli").info("line %d", number)
    assert "line 2" in path.read_text(encoding="utf-8")
    assert "line 1" in path.with_suffix(".old.jsonl").read_text(encoding="utf-8")
