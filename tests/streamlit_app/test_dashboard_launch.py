"""Serving: address, port, headers, the end of the process, and what a fault looks like."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lode.errors import LodeError
from lode.ports import choose_port
from lode.settings import Settings, load_settings
from streamlit_app import launch
from streamlit_app.headers import SECURITY_HEADERS, inline_script_hashes
from streamlit_app.launch import Dashboard, bind, child_environment, serve

pytestmark = pytest.mark.database

SCRIPT = "from lode.settings import load_settings\nfrom streamlit_app.launch import serve\n{}"


def get(dashboard: Dashboard, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Fetch a path and return status, headers in lower case, and content."""
    connection = http.client.HTTPConnection(dashboard.url.removeprefix("http://"), timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    found = {name.lower(): value for name, value in answer.getheaders()}
    content = answer.read()
    connection.close()
    return answer.status, found, content


def port_of(dashboard: Dashboard) -> int:
    return int(dashboard.url.rpartition(":")[2])


def is_refused(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=2).close()
    except ConnectionRefusedError:
        return True
    return False


def wait_until_refused(port: int) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if is_refused("127.0.0.1", port):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("path", ["/", "/imports", "/_stcore/health", "/ready"])
def test_every_answer_has_our_headers(dashboard: Dashboard, path: str, encoding: str) -> None:
    status, headers, content = get(dashboard, path, **{"Accept-Encoding": encoding})
    assert status == 200
    assert content
    for name, value in SECURITY_HEADERS.items():
        assert headers[name.lower()] == value
    assert "server" not in headers


def test_an_unknown_media_file_has_our_headers_too(dashboard: Dashboard) -> None:
    status, headers, _ = get(dashboard, "/media/none.png")
    assert status == 404
    assert headers["x-frame-options"] == "DENY"


def test_the_policy_allows_no_other_script_and_no_other_host() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert inline_script_hashes()
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
    assert "script-src 'self' 'wasm-unsafe-eval' 'sha256-" in policy
    assert "http" not in policy


def test_ready_tells_the_version_and_its_age(dashboard: Dashboard) -> None:
    status, headers, content = get(dashboard, "/ready")
    answer = json.loads(content)
    assert status == 200
    assert answer["status"] == "ready"
    assert answer["warehouse_version"] == "5f2d8c1e-build"
    assert 600 <= answer["warehouse_age_seconds"] < 7_200
    assert headers["cache-control"] == "no-store"


def test_it_listens_on_loopback_only(dashboard: Dashboard) -> None:
    assert not is_refused("127.0.0.1", port_of(dashboard))
    assert is_refused("127.0.0.2", port_of(dashboard))


@pytest.mark.parametrize(
    ("host", "origin", "is_accepted"),
    [
        ("127.0.0.1", "http://127.0.0.1", True),
        ("rebound.example.com", "http://rebound.example.com", False),
        ("127.0.0.1", "http://evil.example.com", False),
    ],
)
def test_a_session_needs_our_host_and_origin(
    dashboard: Dashboard, host: str, origin: str, is_accepted: bool
) -> None:
    port = port_of(dashboard)
    status, _, _ = get(
        dashboard,
        "/_stcore/health",
        Host=f"{host}:{port}",
    )
    assert status == 200
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        key = base64.b64encode(b"made-up-nonce-16").decode()
        wire.sendall(
            (
                f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}:{port}\r\n"
                f"Origin: {origin}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        answer = wire.recv(4096).decode(errors="replace").split("\r\n")[0]
    assert (" 101 " in answer) is is_accepted, answer


def test_our_settings_hold_wherever_the_app_is_started_from(tmp_path: Path) -> None:
    """Read them in a process of its own, in another folder: a missing one would phone home."""
    script = (
        "import streamlit_app.asgi, streamlit.config as c, json;"
        "print(json.dumps([c.get_option(name) for name in ("
        "'browser.gatherUsageStats', 'client.showErrorDetails', 'theme.light.primaryColor')]))"
    )
    root = Path(launch.__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": f"{root}:{os.environ.get('PYTHONPATH', '')}"}
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert json.loads(found.stdout) == [False, "none", "#0B5FA5"], found.stderr


def test_the_machine_has_no_open_agent_api(dashboard: Dashboard) -> None:
    connection = http.client.HTTPConnection(dashboard.url.removeprefix("http://"), timeout=20)
    connection.request("POST", "/_stcore/agent/interact", body="{}")
    assert connection.getresponse().status >= 400
    connection.close()


# ------------------------------------------------------------------ ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_given_port_that_is_taken_is_a_sentence(taken: int) -> None:
    with pytest.raises(LodeError, match=f"port {taken} .*--port"):
        bind(taken)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_does_not_exist_is_a_sentence(port: int) -> None:
    with pytest.raises(LodeError, match="does not exist"):
        bind(port)


def test_a_default_port_that_is_taken_gives_another(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "DEFAULT_PORT", taken)
    with bind(None) as listener:
        address, port = listener.getsockname()
        assert address == "127.0.0.1"
        assert port != taken


def test_the_default_port_is_taken_when_free(monkeypatch: pytest.MonkeyPatch) -> None:
    free = choose_port(None, None)
    monkeypatch.setattr(launch, "DEFAULT_PORT", free)
    with bind(None) as listener:
        assert listener.getsockname()[1] == free


# ------------------------------------------------------------------ processes


def run_script(settings: Settings, call: str, folder: Path) -> subprocess.Popen[str]:
    """Start a script that serves, with another folder as its work folder."""
    environment = {**os.environ, "LODE_HOME": str(settings.home), "LODE_ENGINE": settings.engine}
    environment["LODE_DB_PREFIX"] = settings.prefix
    environment["PYTHONPATH"] = str(settings.root)
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(call)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def address_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Dashboard: http://127.0.0.1:"), line
    return int(line.strip().rpartition(":")[2])


def test_ctrl_c_ends_it_in_order(seeded: Settings, tmp_path: Path) -> None:
    port = choose_port(None, None)
    process = run_script(seeded, f"serve(load_settings(), {port})", tmp_path)
    assert address_of(process) == port
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "The dashboard is stopped." in output
    assert "Traceback" not in errors
    assert wait_until_refused(port)


def test_the_server_dies_with_its_parent_however_that_ends(
    seeded: Settings, tmp_path: Path
) -> None:
    port = choose_port(None, None)
    process = run_script(seeded, f"serve(load_settings(), {port})", tmp_path)
    address_of(process)
    process.kill()
    process.communicate(timeout=30)
    assert wait_until_refused(port)


def test_stop_ends_the_process_and_may_be_called_again(seeded: Settings) -> None:
    dashboard = serve(seeded, choose_port(None, None), block=False)
    assert dashboard.worker is not None
    assert dashboard.worker.poll() is None
    dashboard.stop()
    dashboard.stop()
    assert dashboard.process.returncode == 0
    assert dashboard.worker.returncode is not None
    assert is_refused("127.0.0.1", port_of(dashboard))


def test_it_is_served_while_the_database_is_down(
    unreachable: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODE_HOME", str(tmp_path))
    with serve(load_settings(), choose_port(None, None), block=False) as dashboard:
        status, _, content = get(dashboard, "/ready")
        assert status == 503
        assert "does not answer" in json.loads(content)["reason"]
        assert get(dashboard, "/imports")[0] == 200
        log = dashboard.log.read_text(encoding="utf-8")
    assert "made-up-secret" not in content.decode() + log


def test_it_is_served_before_a_local_server_ever_started(tmp_path: Path) -> None:
    settings = load_settings({"LODE_HOME": str(tmp_path / "new")})
    with serve(settings, choose_port(None, None), block=False) as dashboard:
        status, _, content = get(dashboard, "/ready")
    assert status == 503
    assert "lode server start" in json.loads(content)["reason"]


def test_a_home_that_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    settings = load_settings({"LODE_HOME": str(tmp_path / "file")})
    with pytest.raises(LodeError, match="is not a folder"):
        serve(settings, choose_port(None, None), block=False)


def test_a_server_that_does_not_start_is_a_sentence(
    seeded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(LodeError, match="did not start: it wrote nothing to its log"):
        serve(seeded, choose_port(None, None), block=False)


def test_the_server_gets_no_account_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("LOADER", "TRANSFORMER", "AUDITOR", "APP"):
        monkeypatch.setenv(f"LODE_{role}_USER", role.lower())
        monkeypatch.setenv(f"LODE_{role}_PASSWORD", f"made-up-{role.lower()}")
    monkeypatch.setenv("LODE_DB_HOST", "warehouse.example.com")
    monkeypatch.setenv("LODE_TARGET", "aurora")
    environment = child_environment(load_settings().with_prefix("other"))
    assert environment["LODE_APP_PASSWORD"] == "made-up-app"
    assert environment["LODE_DB_PREFIX"] == "other"
    assert environment["LODE_DB_HOST"] == "warehouse.example.com"
    assert not {"made-up-loader", "made-up-transformer", "made-up-auditor"} & set(
        environment.values()
    )
    assert load_settings(environment).account("app").password == "made-up-app"


def test_the_command_is_on_the_front_door() -> None:
    import typer
    from typer.testing import CliRunner

    from streamlit_app.cli import register

    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)
    found = CliRunner().invoke(app, ["dashboard", "--help"])
    assert found.exit_code == 0
    assert "--port" in found.output
    assert "--no-open" in found.output
