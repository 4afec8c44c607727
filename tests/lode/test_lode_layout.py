"""Whose a folder is: ours, new, or somebody else's, which stays as it was."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from conftest_lode import one_sentence
from hypothesis import given
from hypothesis import strategies as st

from lode import layout, state
from lode.errors import LodeError
from lode.server_binary import ServerBinary

Command = Callable[..., CompletedProcess[str]]


def test_a_new_home_is_claimed_once(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    layout.claim_home(home)
    layout.note_server_version(home, ServerBinary(Path("mysqld"), "mysql", (9, 7, 4)))
    before = (home / "layout.json").read_bytes()
    layout.claim_home(home)
    assert (home / "layout.json").read_bytes() == before
    assert json.loads(before) == {"layout": 1, "servers": {"mysql": [9, 7, 4]}}


def test_what_parts_write_early_makes_no_stranger(tmp_path: Path) -> None:
    for name in ("logs", "dbt", "landing", "test-mariadb", "server/mysql/dist"):
        (tmp_path / name).mkdir(parents=True)
    layout.claim_home(tmp_path)


def test_two_who_claim_one_home_at_once_both_have_it(tmp_path: Path) -> None:
    """One is about to rename its marker when the other looks into the folder."""
    (tmp_path / ".layout.json.ab12cd").write_text("{}", encoding="utf-8")
    layout.claim_home(tmp_path)
    assert layout.is_current(tmp_path)


@pytest.mark.parametrize("name", ["thesis.txt", "server/mariadb/data/ibdata1", "photos/cat.png"])
def test_a_folder_of_somebody_else_stays_as_it_was(
    tmp_path: Path, lode: Command, name: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    for command in ("start", "reset"):
        sentence = one_sentence(lode("server", command, LODE_HOME=str(tmp_path)))
        assert str(tmp_path) in sentence
        assert "layout.json" in sentence
    assert sorted(tmp_path.rglob("*")) == before
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("home", ["/proc/lode", "/dev/null", "/dev/null/deeper"])
def test_a_place_that_cannot_hold_a_home_is_one_sentence(lode: Command, home: str) -> None:
    sentence = one_sentence(lode("server", "start", LODE_HOME=home))
    assert home in sentence
    assert "LODE_HOME" in sentence


@pytest.mark.parametrize("command", ["start", "stop", "status", "reset"])
def test_a_place_that_may_not_even_be_looked_at_is_one_sentence(
    tmp_path: Path, lode: Command, command: str
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    # Root may look everywhere; a link to itself can't be followed by anybody.
    closed.chmod(0)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    places = [tmp_path / "loop"] if os.geteuid() == 0 else [closed / "home", tmp_path / "loop"]
    for place in places:
        done = lode("server", command, LODE_HOME=str(place))
        assert str(place) in one_sentence(done)
    closed.chmod(0o700)


def test_a_damaged_marker_is_one_sentence(tmp_path: Path, lode: Command) -> None:
    (tmp_path / "layout.json").write_text("{", encoding="utf-8")
    assert "can't be read" in one_sentence(lode("server", "start", LODE_HOME=str(tmp_path)))


@given(st.tuples(st.integers(5, 12), st.integers(0, 11), st.integers(0, 99)), st.integers(0, 99))
def test_only_a_release_series_must_agree(version: tuple[int, int, int], patch: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        layout.claim_home(home)
        layout.note_server_version(home, ServerBinary(Path("x"), "mysql", version))
        layout.check_server_version(home, ServerBinary(Path("x"), "mysql", (*version[:2], patch)))
        layout.check_server_version(home, ServerBinary(Path("x"), "mariadb", (1, 0, 0)))
        newer = ServerBinary(Path("x"), "mysql", (version[0], version[1] + 1, 0))
        with pytest.raises(LodeError, match="lode server reset"):
            layout.check_server_version(home, newer)


def test_state_that_cannot_be_written_is_one_sentence() -> None:
    with pytest.raises(LodeError, match="can't be written"):
        state.write_private(Path("/proc/lode/state.json"), {})


def test_state_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    state.write_private(path, {"value": 1})
    with pytest.raises(TypeError):
        state.write_private(path, {"value": object()})
    assert state.read_private(path) == {"value": 1}
    assert [found.name for found in tmp_path.iterdir()] == ["a.json"]
