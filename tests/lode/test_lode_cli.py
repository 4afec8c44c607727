"""The `lode` command: help, versions, exit codes; every failure is one sentence."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from conftest_lode import clean_environment, one_sentence

from lode import __version__, cli
from lode.errors import LodeError

Command = Callable[..., "subprocess.CompletedProcess[str]"]
LODE = str(Path(sys.executable).parent / "lode")


def run_main(
    monkeypatch: pytest.MonkeyPatch, home: Path, failure: BaseException | Callable[[], None]
) -> int:
    """Run the real main() over a command line whose one command fails; return the exit code."""

    def build() -> typer.Typer:
        app = typer.Typer(pretty_exceptions_enable=False)

        @app.command()
        def fail() -> None:
            if isinstance(failure, BaseException):
                raise failure
            failure()

        return app

    monkeypatch.setattr(cli, "build_app", build)
    monkeypatch.setattr(sys, "argv", ["lode"])
    monkeypatch.setenv("LODE_HOME", str(home))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_without_arguments_it_prints_help_and_leaves_no_trace(
    lode: Command, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    for arguments in ([], ["--help"]):
        done = lode(*arguments, LODE_HOME=str(home))
        assert done.returncode == 0
        assert "Usage: lode" in done.stdout
        assert "server" in done.stdout
    assert lode("--version", LODE_HOME=str(home)).stdout == f"lode {__version__}\n"
    assert not home.exists()


@pytest.mark.parametrize("arguments", [["nope"], ["server", "nope"], ["server", "start", "--nope"]])
def test_a_wrong_command_line_says_so(lode: Command, tmp_path: Path, arguments: list[str]) -> None:
    done = lode(*arguments, LODE_HOME=str(tmp_path / "home"))
    assert done.returncode == 2
    assert "nope" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_setting_is_one_sentence(lode: Command) -> None:
    assert "LODE_ENGINE is 'oracle'" in one_sentence(lode("env", LODE_ENGINE="oracle"))


def test_our_errors_are_their_sentence_and_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_main(monkeypatch, tmp_path, LodeError("The moon is full: wait.", 7)) == 7
    assert capsys.readouterr().err == "lode: The moon is full: wait.\n"


def test_an_unexpected_error_is_one_sentence_and_its_story_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        password = "password=canary-13"
        raise RuntimeError(f"login of zoe@example.org at (212) 555-0123 with {password}\nmore")

    assert run_main(monkeypatch, tmp_path, fail) == 1
    said = capsys.readouterr().err
    log = tmp_path / "logs" / "lode.jsonl"
    assert said.count("\n") == 1
    assert said.startswith("lode: RuntimeError where none was expected (login of [e-mail] at ")
    assert str(log) in said
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert "Traceback" in entries[0]["trace"]
    assert "in fail" in entries[0]["trace"]
    for text in (said, log.read_text(encoding="utf-8")):
        assert "canary-13" not in text
        assert "zoe@" not in text
        assert "0123" not in text


def test_ctrl_c_is_exit_code_130(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_main(monkeypatch, tmp_path, KeyboardInterrupt()) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_real_interrupt_is_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import sys, time, typer\nfrom lode import cli\n"
        "app = typer.Typer()\n@app.command()\ndef wait():\n"
        "    print('waiting', flush=True)\n    time.sleep(60)\n"
        "cli.build_app = lambda: app\nsys.argv = ['lode']\ncli.main()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=clean_environment(LODE_HOME=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"'{LODE}' --help | true"],
        env=clean_environment(LODE_HOME=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_commands_are_logged_without_their_arguments(lode: Command, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    lode("env", LODE_HOME=str(tmp_path / "home"))
    lode("server", "status", "zoe@example.org", LODE_HOME=str(tmp_path / "home"))
    text = (tmp_path / "home" / "logs" / "lode.jsonl").read_text(encoding="utf-8")
    messages = [json.loads(line)["message"] for line in text.splitlines()]
    assert messages[0].startswith("env ended with 0 after ")
    assert messages[1].startswith("server status ended with 2 after ")
    assert "zoe" not in text


def test_env_prints_no_password(lode: Command, tmp_path: Path) -> None:
    done = lode(
        "env",
        LODE_HOME=str(tmp_path),
        LODE_APP_USER="reader",
        LODE_APP_PASSWORD="canary-14",
        LODE_LOADER_SECRET="prod/loader",
    )
    assert done.returncode == 0, done.stderr
    assert f"LODE_HOME={tmp_path}" in done.stdout
    assert "# app: user reader, from LODE_APP_USER and _PASSWORD" in done.stdout
    assert "# loader: secret prod/loader" in done.stdout
    assert "# auditor: not provisioned yet" in done.stdout
    assert "canary-14" not in done.stdout + done.stderr
