"""Finding and installing a server: which packages, which mirror, what to run without rights."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from lode import server_binary, server_install
from lode.errors import LodeError
from lode.server_binary import find_server_binary, identify, search
from lode.server_install import find_packages, newest, removals
from lode.server_unpack import choose_mirror, dist_folders
from lode.settings import Settings, load_settings

Command = Callable[..., CompletedProcess[str]]
TARGETS = """\
http://mirror.example.com/debian-security/|Debian-Security
http://mirror.example.com/debian/|Debian
http://packages.example.org/tool/|Tool
"""


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Settings on a machine whose PATH has apt and nothing else."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("apt-get", "apt-cache", "dpkg", "dpkg-deb", "sh"):
        if found := shutil.which(name):
            (programs / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("LODE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("LODE_MYSQLD", raising=False)
    monkeypatch.setattr(server_binary, "EXTRA_PATH", ())
    return load_settings({"LODE_HOME": str(tmp_path / "home")})


def test_without_the_right_to_install_it_says_what_to_run(
    bare_machine: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("apt-get") is None:
        pytest.fail("this test needs a Debian or Ubuntu machine")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LodeError) as caught:
        find_server_binary(bare_machine)
    assert str(caught.value).startswith(
        "No mariadb server is on this machine, and installing one needs root: run `sudo "
    )
    assert "apt-get install --no-install-recommends mariadb-server-core" in str(caught.value)


def test_without_a_package_manager_it_says_so(
    bare_machine: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LodeError, match=r"no apt-get to install one: .* LODE_MYSQLD"):
        find_server_binary(bare_machine)


def test_what_apt_offers_is_found_for_mariadb() -> None:
    packages = find_packages("mariadb")
    assert [name.rstrip("0123456789.-") for name in packages] == [
        "mariadb-server-core",
        "mariadb-client-core",
    ]


def test_a_failing_apt_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LodeError, match="apt-get can't install no-such-package-of-ours"):
        server_install._simulate(["no-such-package-of-ours"])


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["mariadb-server-core-10.5", "mariadb-server-core"], "mariadb-server-core"),
        (["mariadb-server-core-10.5", "mariadb-server-core-10.11"], "mariadb-server-core-10.11"),
        (["mysql-server-core-8.0"], "mysql-server-core-8.0"),
    ],
)
def test_the_newest_package_is_taken(names: list[str], expected: str) -> None:
    assert newest(names) == expected
    assert newest(reversed(names)) == expected


def test_an_installation_that_removes_something_is_seen() -> None:
    simulation = "Remv mariadb-server-core [1:10.11]\nInst mysql-server-core-8.0 (8.0.40 Ubuntu)\n"
    assert removals(simulation) == ["mariadb-server-core"]
    assert removals("Inst mariadb-server-core (1:10.11 Debian)\n") == []


def test_the_mirror_is_the_one_that_apt_uses() -> None:
    assert choose_mirror(TARGETS) == "http://mirror.example.com/debian/"
    unlabelled = "http://other.example.com/x/|\nhttp://mirror.example.com/debian|\n"
    assert choose_mirror(unlabelled) == "http://mirror.example.com/debian"
    assert choose_mirror("http://archive.example.com/ubuntu/|Ubuntu\n") is None
    assert choose_mirror("") is None


def test_the_cache_is_shared_by_all_homes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load_settings({"LODE_HOME": str(tmp_path / "home"), "LODE_ENGINE": "mysql"})
    monkeypatch.setenv("LODE_CACHE", str(tmp_path / "cache"))
    assert dist_folders(settings)[0] == tmp_path / "cache" / "mysql"
    monkeypatch.delenv("LODE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert dist_folders(settings)[0] == tmp_path / "xdg" / "motherlode" / "mysql"
    assert dist_folders(settings)[1] == tmp_path / "home" / "server" / "mysql" / "dist"


def test_programs_are_told_apart_by_what_they_say(tmp_path: Path) -> None:
    answers = {
        "mariadb": "mysqld  Ver 11.4.5-MariaDB-1 for debian-linux-gnu on x86_64 (Debian n/a)",
        "mysql": "/usr/sbin/mysqld  Ver 8.0.46-0ubuntu0.24.04.1 for Linux on x86_64 ((Ubuntu))",
        "other": "PostgreSQL 17.1",
    }
    for name, answer in answers.items():
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
        path.chmod(0o755)
    mariadb, mysql = identify(tmp_path / "mariadb"), identify(tmp_path / "mysql")
    assert mariadb is not None
    assert mysql is not None
    assert (mariadb.engine, mariadb.version) == ("mariadb", (11, 4, 5))
    assert (mysql.engine, mysql.version) == ("mysql", (8, 0, 46))
    assert identify(tmp_path / "other") is None
    assert identify(tmp_path) is None


def test_a_server_of_the_other_engine_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folders = []
    for name, answer in (("first", "Ver 10.11.1-MariaDB"), ("second", "Ver 9.7.4 for Linux")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "mysqld").write_text(f"#!/bin/sh\necho 'mysqld {answer}'\n", encoding="utf-8")
        (folder / "mysqld").chmod(0o755)
        folders.append(str(folder))
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    monkeypatch.setattr(server_binary, "EXTRA_PATH", ())
    for engine, folder in zip(("mariadb", "mysql"), folders, strict=True):
        found = search(load_settings({"LODE_ENGINE": engine, "LODE_HOME": str(tmp_path / "home")}))
        assert found is not None
        assert str(found.path) == f"{folder}/mysqld"


def test_wrappers_get_no_second_no_defaults(tmp_path: Path) -> None:
    script = tmp_path / "mysqld"
    script.write_text("#!/bin/sh\necho Ver 9.7.4\n", encoding="utf-8")
    script.chmod(0o755)
    wrapper = identify(script)
    assert wrapper is not None
    assert "--no-defaults" not in wrapper.command(tmp_path)
    program = server_binary.ServerBinary(Path("/bin/sh"), "mysql", (9, 7, 4))
    assert program.command(tmp_path)[1] == "--no-defaults"
