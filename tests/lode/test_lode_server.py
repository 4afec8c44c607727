"""The private server: killed, raced, robbed of its port, put into odd folders; it comes back."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
import zoneinfo
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pymysql
import pytest
from conftest_lode import clean_environment, one_sentence

from lode import process, state
from lode.db import connect
from lode.errors import LodeError
from lode.server import PrivateServer
from lode.settings import Settings, load_settings
from lode.warehouse import provision

pytestmark = pytest.mark.database
Command = Callable[..., "subprocess.CompletedProcess[str]"]


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for a condition of another process."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def home_of(server: PrivateServer) -> dict[str, str]:
    """Return the variables by which a command finds a server."""
    return {"LODE_HOME": str(server.settings.home), "LODE_ENGINE": server.settings.engine}


def test_commands_start_show_and_stop(own: PrivateServer, lode: Command) -> None:
    variables = home_of(own)
    before = lode("server", "status", **variables)
    assert before.returncode == 3
    assert "state    stopped" in before.stdout
    assert lode("server", "stop", **variables).returncode == 0
    started = lode("server", "start", **variables)
    assert started.returncode == 0, started.stderr
    again = lode("server", "start", **variables)
    assert again.stdout == started.stdout
    shown = lode("server", "status", **variables)
    assert shown.returncode == 0
    values = dict(line.split(None, 1) for line in shown.stdout.splitlines())
    assert values["engine"] == own.settings.engine
    assert int(values["pid"]) == own.running_pid()
    assert int(values["port"]) == own.settings.port
    assert values["version"] in started.stdout
    assert float(values["data"].removesuffix(" MiB")) > 1
    assert lode("server", "stop", **variables).returncode == 0
    assert own.running_pid() is None


def test_it_listens_on_this_machine_only(own: PrivateServer) -> None:
    own.start()
    listening = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            address, port = line.split()[1].split(":")
            if int(port, 16) == own.settings.port and line.split()[3] == "0A":
                listening.add(address)
    assert listening == {"0100007F"}


def test_its_options_hold(own: PrivateServer) -> None:
    own.start()
    with own.admin() as connection, connection.cursor() as cursor:
        cursor.execute(
            "select @@character_set_server, @@log_bin, @@local_infile, @@performance_schema,"
            " @@innodb_flush_log_at_trx_commit, @@innodb_buffer_pool_size,"
            " @@global.time_zone, @@global.sql_mode = @@session.sql_mode, @@tmpdir"
        )
        row = cursor.fetchone()
    assert row is not None
    assert row[:8] == ("utf8mb4", 0, 1, 0, 1, 64 * 1024 * 1024, "+00:00", 1)
    assert row[8] == str(own.home / "tmp")


def test_state_files_are_private(own: PrivateServer) -> None:
    own.start()
    provision(own.settings)
    for path in (own.home / "root.json", own.home / "accounts" / "motherlode.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(own.home.stat().st_mode) == 0o700


def test_there_is_one_administrator_and_nobody_anonymous(own: PrivateServer) -> None:
    own.start()
    with own.admin() as connection, connection.cursor() as cursor:
        cursor.execute("select user, host from mysql.user where user in ('', 'root')")
        assert cursor.fetchall() == (("root", "localhost"),)
    for where in (
        {"unix_socket": str(own.socket)},
        {"host": "127.0.0.1", "port": own.settings.port},
    ):
        with pytest.raises(pymysql.OperationalError, match="denied"):
            pymysql.connect(user="root", password="", **where)  # type: ignore[arg-type]


def test_it_survives_kill_9_with_its_data(own: PrivateServer, lode: Command) -> None:
    own.start()
    provision(own.settings)
    with (
        connect("loader", own.settings, schema="raw", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("create table if not exists kept (id int primary key)")
        cursor.execute("replace into kept values (42)")
    pid = own.running_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: own.running_pid() is None)
    assert own.pid_file.exists()
    assert own.socket.exists()
    assert lode("server", "status", **home_of(own)).returncode == 3
    again = own.start()
    assert again.pid not in (None, pid)
    with (
        connect("auditor", own.settings, schema="raw") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select id from kept")
        assert cursor.fetchall() == ((42,),)


def test_a_pid_that_now_belongs_to_another_program_is_left_alone(own: PrivateServer) -> None:
    own.stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        own.pid_file.write_text(f"{other.pid}\n", encoding="ascii")
        assert not own.status().is_running
        own.stop()
        assert own.start().pid != other.pid
        assert other.poll() is None
        # And a server is found that has lost its pid file.
        own.pid_file.unlink()
        assert own.status().is_running
        own.stop()
        assert not own.status().is_running
        assert other.poll() is None
        other.communicate(b"\n")


def test_two_starts_at_once_make_one_server(own: PrivateServer) -> None:
    own.stop()
    command = [str(Path(sys.executable).parent / "lode"), "server", "start"]
    starts = [
        subprocess.Popen(
            command,
            env=clean_environment(**home_of(own)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    outputs = [start.communicate(timeout=120) for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0], outputs
    assert len({output for output, _ in outputs}) == 1
    with connect("app", own.settings):
        pass


def test_a_port_that_was_taken_meanwhile_is_left_to_its_owner(own: PrivateServer) -> None:
    own.start()
    port = own.settings.port
    own.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        status = own.start()
        assert status.port != port
        assert own.settings.port == status.port
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            other.accept()[0].close()
    own.stop()
    assert own.start().port == status.port


def test_a_port_that_is_asked_for_must_be_free(
    own: PrivateServer, lode: Command, tmp_path: Path
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        variables = home_of(own) | {"LODE_HOME": str(tmp_path / "new"), "LODE_DB_PORT": port}
        sentence = one_sentence(lode("server", "start", **variables))
        assert f"Port {port} (LODE_DB_PORT) is in use by another program" in sentence
        assert not (tmp_path / "new" / "server" / own.settings.engine / "data").exists()
        own.start()
        refused = lode("server", "start", **home_of(own), LODE_DB_PORT=port)
        assert "already runs on port" in one_sentence(refused)


def test_an_interrupted_initialisation_is_done_again(
    own: PrivateServer, lode: Command, tmp_path: Path
) -> None:
    variables = home_of(own) | {"LODE_HOME": str(tmp_path)}
    server = PrivateServer(load_settings(variables))
    building = server.home / "data.new"
    password = server.home / "root.json"
    # Killed first while the system tables are made, then while the server runs on them.
    for moment in (building.exists, password.exists):
        start = subprocess.Popen(
            [str(Path(sys.executable).parent / "lode"), "server", "start"],
            env=clean_environment(**variables),
        )
        wait_until(moment)
        start.kill()
        start.wait()
        assert not server.data.exists()
        assert not server.status().is_running
    done = lode("server", "start", **variables)
    assert done.returncode == 0, done.stderr
    assert not building.exists()
    assert process.find_server(building, server.pid_file) is None
    assert lode("server", "reset", **variables).returncode == 0


def test_a_long_home_gets_a_short_socket(own: PrivateServer, lode: Command, tmp_path: Path) -> None:
    home = tmp_path / ("long" * 40)
    variables = home_of(own) | {"LODE_HOME": str(home)}
    server = PrivateServer(load_settings(variables))
    assert lode("server", "start", **variables).returncode == 0
    assert len(str(server.socket)) < 100
    assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
    with connect("app", server.settings):
        pass
    assert lode("server", "reset", **variables).returncode == 0
    assert not server.socket.parent.exists()


def test_a_server_that_cannot_start_says_why(own: PrivateServer, lode: Command) -> None:
    own.stop()
    done = lode("server", "start", **home_of(own), LODE_SERVER_BUFFER_POOL="banana")
    sentence = one_sentence(done)
    assert "did not start" in sentence
    assert str(own.error_log) in sentence
    assert own.start().is_running


@pytest.mark.parametrize("program", ["/bin/true", "/nonexistent/mysqld"])
def test_a_program_that_is_no_server_is_refused(
    own: PrivateServer, lode: Command, program: str, tmp_path: Path
) -> None:
    variables = home_of(own) | {"LODE_HOME": str(tmp_path), "LODE_MYSQLD": program}
    sentence = one_sentence(lode("server", "start", **variables))
    assert f"LODE_MYSQLD is {program}" in sentence
    assert "not a database server" in sentence


def test_the_other_engines_program_is_refused(own: PrivateServer, lode: Command) -> None:
    own.start()
    pid = own.running_pid()
    assert pid is not None
    program = next(
        word for word in process.command_line(pid) if word.endswith(("mysqld", "mariadbd"))
    )
    other = {"mariadb": "mysql", "mysql": "mariadb"}[own.settings.engine]
    if own.settings.engine == "mysql":
        # The program itself needs its wrapper; ask for that.
        from lode.server_binary import find_server_binary

        program = str(find_server_binary(own.settings).path)
    variables = {"LODE_HOME": str(own.settings.home), "LODE_ENGINE": other, "LODE_MYSQLD": program}
    assert f"but LODE_ENGINE is {other}" in one_sentence(lode("server", "start", **variables))


def test_data_of_another_release_series_are_not_touched(own: PrivateServer, lode: Command) -> None:
    own.start()
    own.stop()
    marker = own.settings.home / "layout.json"
    saved = state.read_private(marker)
    state.write_private(marker, saved | {"servers": {own.settings.engine: [5, 7, 44]}})
    sentence = one_sentence(lode("server", "start", **home_of(own)))
    assert "5.7.44" in sentence
    assert "lode server reset" in sentence
    state.write_private(marker, saved)
    assert own.start().is_running


def test_a_home_of_an_older_version_is_refused_and_can_be_reset(
    own: PrivateServer, lode: Command
) -> None:
    own.start()
    own.stop()
    marker = own.settings.home / "layout.json"
    state.write_private(marker, {"layout": 0})
    foreign = own.home / "notes.txt"
    foreign.write_text("mine", encoding="utf-8")
    sentence = one_sentence(lode("server", "start", **home_of(own)))
    assert "layout 0, this one has 1" in sentence
    assert "lode server reset" in sentence
    assert own.data.exists()
    done = lode("server", "reset", **home_of(own))
    assert done.returncode == 0, done.stderr
    assert not own.data.exists()
    assert foreign.read_text(encoding="utf-8") == "mine"
    assert own.start().is_running


def test_named_time_zones_agree_with_python(own: PrivateServer) -> None:
    own.start()
    names = ["America/Chicago", "America/Phoenix", "Pacific/Honolulu", "Europe/London", "UTC"]
    moments = [
        datetime(year, month, 15, 12, tzinfo=timezone.utc)
        for year in (1999, 2026, 2037)
        for month in range(1, 13)
    ]
    with own.admin() as connection, connection.cursor() as cursor:
        for name in names:
            for moment in moments:
                cursor.execute(
                    "select convert_tz(%s, 'UTC', %s)", (moment.replace(tzinfo=None), name)
                )
                expected = moment.astimezone(zoneinfo.ZoneInfo(name)).replace(tzinfo=None)
                assert cursor.fetchone() == (expected,), (name, moment)
        cursor.execute("select count(*) from mysql.time_zone_name")
        row = cursor.fetchone()
    assert row is not None
    assert row[0] > 400


def test_another_database_is_not_ours_to_start(lode: Command) -> None:
    for command in ("start", "stop", "status", "reset"):
        done = lode("server", command, LODE_DB_HOST="db.example.com")
        assert "not the private local server" in one_sentence(done)


def test_a_running_server_without_a_socket_is_one_sentence(
    own: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.start()
    own.socket.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(process, "START_TIMEOUT_SECONDS", 0.3)
        with pytest.raises(LodeError, match="does not answer: run `lode server stop`"):
            own.start()
    own.stop()
    assert own.start().is_running


def test_settings_made_before_the_first_start_find_the_server(server: Settings) -> None:
    assert server.port == state.remembered_port(server.server_home)
