"""dbt behind our settings: alike sessions, parsing without a server, one sentence if it is down."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest_lode import one_sentence
from killed_process import environment

from lode import process
from lode.db import connect
from lode.dbt import dbt_command as launcher_command
from lode.dbt import needs_database, run_dbt
from lode.dbt_launcher import connection_options
from lode.errors import LodeError
from lode.locks import file_lock
from lode.server import PrivateServer, new_password
from lode.settings import ROLES, SQL_MODE, Credential, Settings, find_root
from lode.warehouse import deprovision, provision
from tests.warm_dbt import cold_dbt

Command = Callable[..., "subprocess.CompletedProcess[str]"]
SESSION = """\
{{ config(materialized='table') }}
select
    @@session.sql_mode as sql_mode,
    @@session.time_zone as time_zone,
    @@session.character_set_client as character_set,
    @@session.collation_connection as collation_name,
    current_user() as account
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dbt project with our profiles.yml."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(find_root() / "profiles.yml", root)
    (root / "dbt_project.yml").write_text(
        "name: small\nversion: '1.0'\nprofile: motherlode\nconfig-version: 2\n", encoding="utf-8"
    )
    (root / "models").mkdir()
    (root / "models" / "session.sql").write_text(SESSION, encoding="utf-8")
    (root / "models" / "second.sql").write_text(SESSION, encoding="utf-8")
    return root


@pytest.fixture(autouse=True)
def where_dbt_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep finding dbt when the root is another folder, and start it as a user does."""
    monkeypatch.setattr("lode.dbt._execute", cold_dbt)
    monkeypatch.setenv("LODE_DBT", str(find_root() / ".venv-dbt" / "bin" / "dbt"))


@pytest.mark.database
def test_every_connection_of_dbt_is_like_those_of_python(
    warehouse_module: Settings, project: Path
) -> None:
    settings = replace(warehouse_module, root=project)
    result = run_dbt(["run"], settings, quiet=True)
    assert result.returncode == 0, result.output
    assert {node["status"] for node in result.results} == {"success"}
    assert len(result.results) == 2
    for model in ("session", "second"):
        with connect("auditor", settings, schema="staging") as c, c.cursor() as cursor:
            cursor.execute(f"select * from `{model}`")
            row = cursor.fetchone()
        assert row is not None
        assert set(row[0].split(",")) == set(SQL_MODE.split(","))
        assert row[1:4] == ("+00:00", "utf8mb4", "utf8mb4_unicode_ci")
        assert row[4].split("@")[0] == f"{warehouse_module.prefix}_transformer"
    # dbt makes the folder for its packages wherever the project says; all else stays out of it.
    assert {path.name for path in project.iterdir()} - {"dbt_packages"} == {
        "dbt_project.yml",
        "models",
        "profiles.yml",
    }


@pytest.mark.database
def test_a_failing_model_is_a_result_and_not_an_error(
    warehouse_module: Settings, project: Path, tmp_path: Path
) -> None:
    root = tmp_path / "failing"
    shutil.copytree(project, root)
    broken = "select * from {{ this.schema }}.nowhere"
    (root / "models" / "second.sql").write_text(broken, encoding="utf-8")
    result = run_dbt(["run"], replace(warehouse_module, root=root), quiet=True)
    assert result.returncode == 1
    assert {n["unique_id"]: n["status"] for n in result.results} == {
        "model.small.session": "success",
        "model.small.second": "error",
    }
    assert "nowhere" in result.output


@pytest.mark.database
def test_a_run_that_never_starts_has_no_results_of_the_one_before(
    warehouse_module: Settings, project: Path
) -> None:
    settings = replace(warehouse_module, root=project)
    assert run_dbt(["run"], settings, quiet=True).results
    result = run_dbt(["run", "--no-such-option"], settings, quiet=True)
    assert result.returncode != 0
    assert result.results == []


def test_parsing_needs_neither_server_nor_home(
    project: Path, dbt_command: Command, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    for arguments in (["--version"], ["parse"], ["deps"], ["run", "--help"]):
        options = ["--project-dir", str(project), "--profiles-dir", str(project)]
        needs_project = arguments[0] in ("parse", "deps")
        done = dbt_command(
            *arguments,
            *(options if needs_project else []),
            cwd=tmp_path,
            LODE_HOME=str(home),
            LODE_DBT=os.environ["LODE_DBT"],
            DBT_TARGET_PATH=str(tmp_path / "target"),
            DBT_LOG_PATH=str(tmp_path / "logs"),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
    assert not home.exists()


@pytest.mark.parametrize(
    "command", [["run"], ["build", "-s", "x"], ["docs", "generate"], ["debug"]]
)
def test_a_server_that_is_down_is_one_sentence(
    dbt_command: Command, tmp_path: Path, command: list[str]
) -> None:
    done = dbt_command(*command, LODE_HOME=str(tmp_path))
    assert "lode server start" in one_sentence(done, "dbt: ")
    assert done.stdout == ""


def test_a_stopped_server_is_one_sentence(dbt_command: Command, tmp_path: Path) -> None:
    done = dbt_command(
        "run",
        LODE_HOME=str(tmp_path),
        LODE_DB_PORT="1",
        LODE_TRANSFORMER_USER="a",
        LODE_TRANSFORMER_PASSWORD="canary-11",
    )
    sentence = one_sentence(done, "dbt: ")
    assert "does not answer at 127.0.0.1:1: run `lode server start`" in sentence
    assert "canary-11" not in sentence


def test_a_missing_dbt_is_one_sentence(dbt_command: Command, tmp_path: Path) -> None:
    missing = tmp_path / "bin" / "dbt"
    done = dbt_command("parse", LODE_HOME=str(tmp_path), LODE_DBT=str(missing))
    assert f"dbt is not installed at {missing}: run `make setup`" in one_sentence(done, "dbt: ")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", False),
        ("--version", False),
        ("parse", False),
        ("--no-use-colors parse", False),
        ("--log-format json deps", False),
        ("ls --select list", False),
        ("run -s parse", True),
        ("--fail-fast run --select list", True),
        ("run --help", False),
        ("docs serve", False),
        ("docs generate", True),
        ("source freshness", True),
        ("run-operation clean", True),
        ("build", True),
        ("seed", True),
    ],
)
def test_which_command_lines_open_a_connection(line: str, expected: bool) -> None:
    assert needs_database(line.split()) == expected


def test_a_host_not_said_to_be_local_gets_verified_tls() -> None:
    base = {"LODE_SQL_MODE": SQL_MODE, "LODE_TIME_ZONE": "+00:00"}
    local = connection_options(base | {"LODE_DB_IS_LOCAL": "true"})
    assert not [name for name in local if name.startswith("ssl")]
    for value in ({}, {"LODE_DB_IS_LOCAL": "false"}, {"LODE_DB_IS_LOCAL": ""}):
        remote = connection_options(base | value | {"LODE_DB_TLS_CA": "ca.pem"})
        assert remote["ssl_verify_cert"] is True
        assert remote["ssl_verify_identity"] is True
        assert remote["ssl_ca"] == "ca.pem"
        assert remote["ssl_disabled"] is False


@pytest.mark.database
def test_runs_with_one_target_folder_take_turns(
    warehouse_module: Settings,
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lode.dbt.LOCK_TIMEOUT_SECONDS", 0.2)
    settings = replace(warehouse_module, root=project)
    with (
        file_lock(tmp_path / "lode.lock", 1),
        pytest.raises(LodeError, match="Another process has held"),
    ):
        run_dbt(["parse"], settings, quiet=True, target_path=tmp_path)
    assert run_dbt(["parse"], settings, quiet=True, target_path=tmp_path).returncode == 0


def test_a_child_keeps_the_lock_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys, pathlib, time\n"
        "from lode.locks import file_lock\n"
        "with file_lock(pathlib.Path(sys.argv[1]), 5) as lock:\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'input()'],"
        " stdin=sys.stdin, pass_fds=(lock,))\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=find_root(),
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        assert parent.stdout.readline() == "held\n"
        parent.kill()
        parent.wait()
        with pytest.raises(LodeError, match="Another process has held"), file_lock(path, 0.2):
            pass
        parent.stdin.write("\n")
        parent.stdin.close()
        with file_lock(path, 10):
            pass


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that live."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(path.parent.name))
    return found


@pytest.mark.database
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_dbt_ends_with_the_process_that_runs_it(
    warehouse_module: Settings, project: Path, tmp_path: Path
) -> None:
    """Killed without a warning, `lode run` leaves no dbt behind that goes on writing."""
    root = tmp_path / "slow"
    shutil.copytree(project, root)
    slow = "{{ config(materialized='table') }} select sleep(60) as nothing"
    (root / "models" / "second.sql").write_text(slow, encoding="utf-8")
    script = (
        "import dataclasses, pathlib, sys\n"
        "from lode.dbt import run_dbt\n"
        "from lode.settings import load_settings\n"
        "settings = dataclasses.replace(load_settings(), root=pathlib.Path(sys.argv[1]))\n"
        "run_dbt(['run'], settings, quiet=True, target_path=pathlib.Path(sys.argv[2]))\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(root), str(tmp_path / "target")],
        env=os.environ | environment(warehouse_module),
        cwd=find_root(),
    )
    try:
        wait_until(lambda: is_sleeping(warehouse_module))
        (dbt_pid,) = children(parent.pid)
    finally:
        parent.kill()
        parent.wait()
    wait_until(lambda: process.command_line(dbt_pid) == [], 10.0)
    with file_lock(tmp_path / "target" / "lode.lock", 5):
        pass


def is_sleeping(settings: Settings) -> bool:
    """Tell whether dbt's account is in the middle of the slow model."""
    with connect("transformer", settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from information_schema.processlist"
            " where info like '%sleep(60)%' and info not like '%processlist%'"
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def wait_until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something that is to happen; fail if it does not."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


class CommandLines(threading.Thread):
    """Collects the command lines of all processes of this machine until it is stopped."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: set[str] = set()
        self.is_over = False

    def run(self) -> None:
        while not self.is_over:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes().decode("utf-8", "replace"))
                except OSError:
                    continue
            time.sleep(0.01)


def contents(folders: Sequence[Path]) -> dict[Path, str]:
    """Return the text of every file below the folders."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path: path.read_bytes().decode("utf-8", "replace") for path in files}


@pytest.mark.database
def test_no_password_shows_anywhere(
    server: Settings, project: Path, tmp_path: Path, lode: Command, dbt_command: Command
) -> None:
    """All commands at work with passwords that would be recognised: none shows outside its file."""
    canary = f"canary{new_password()}"
    prefix = f"t_{new_password()[:8]}"
    settings = replace(
        server.with_prefix(prefix),
        root=project,
        credentials={role: Credential(f"{prefix}_{role}", canary) for role in ROLES},
    )
    variables = {"LODE_HOME": str(server.home), "LODE_DB_PREFIX": prefix}
    for role in ROLES:
        variables |= {
            f"LODE_{role.upper()}_USER": f"{prefix}_{role}",
            f"LODE_{role.upper()}_PASSWORD": canary,
        }
    paths = {"DBT_TARGET_PATH": str(tmp_path / "target"), "DBT_LOG_PATH": str(tmp_path / "logs")}
    here = ["--project-dir", str(project), "--profiles-dir", str(project), "--log-level", "debug"]
    wrong = {"LODE_TRANSFORMER_PASSWORD": f"{canary}x"}
    watch = CommandLines()
    watch.start()
    try:
        done = [
            lode("server", "start", **variables),
            lode("server", "status", **variables),
            lode("init", **variables),
            lode("env", **variables),
            lode("init", "--print-grants", **variables),
            dbt_command("run", *here, **variables, **paths, LODE_DBT=os.environ["LODE_DBT"]),
            dbt_command("run", *here, **variables | wrong, **paths),
            subprocess.run(
                [*launcher_command(settings), "debug", *here],
                env=dict(os.environ)
                | settings.dbt_environment()
                | paths
                | {"DBT_ENV_SECRET_LODE_TRANSFORMER_PASSWORD": f"{canary}x"},
                capture_output=True,
                text=True,
            ),
        ]
    finally:
        watch.is_over = True
        watch.join()
        shutil.rmtree(tmp_path / "seen", ignore_errors=True)
    try:
        assert [run.returncode for run in done] == [0, 0, 0, 0, 0, 0, 1, 1], done
        outputs = "".join(run.stdout + run.stderr for run in done)
        own_log = contents([server.home / "logs"])
        written = contents([tmp_path]) | own_log
        written[server.server_home / "error.log"] = (server.server_home / "error.log").read_text(
            encoding="utf-8"
        )
        secrets = [canary, *administrator_passwords(server)]
        for secret in secrets:
            assert secret not in outputs
            assert not [path for path, text in written.items() if secret in text]
            assert not [line for line in watch.seen if secret in line]
        # The net has no holes: what was looked through holds what should be there.
        assert any("dbt_launcher.py" in line for line in watch.seen)
        assert any("--datadir=" in line for line in watch.seen)
        assert any("server start ended with 0" in text for text in own_log.values())
        assert any(re.search(r"small\.session", text) for text in written.values())
    finally:
        deprovision(server.with_prefix(prefix))
        with PrivateServer(server).admin() as admin, admin.cursor() as cursor:
            cursor.execute("select user from mysql.user where user like %s", (f"{prefix}%",))
            assert cursor.fetchall() == ()


def administrator_passwords(server: Settings) -> list[str]:
    """Return the passwords that the local server's own state holds."""
    import json

    root = json.loads((server.server_home / "root.json").read_text(encoding="utf-8"))
    return [root["password"]]


@pytest.mark.database
def test_the_wrong_password_of_dbt_is_one_sentence(
    warehouse: Settings, dbt_command: Command
) -> None:
    provision(warehouse)
    done = dbt_command(
        "run",
        LODE_HOME=str(warehouse.home),
        LODE_DB_PREFIX=warehouse.prefix,
        LODE_TRANSFORMER_PASSWORD="canary-12",
    )
    sentence = one_sentence(done, "dbt: ")
    assert f"refused the account {warehouse.prefix}_transformer" in sentence
    assert "canary-12" not in sentence
