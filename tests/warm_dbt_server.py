"""Run by dbt's own Python: imports dbt and parses once, then forks a process for every command.

Each child becomes what `lode/dbt_launcher.py` is when it is started afresh, after the imports. It
finds the project parsed, with the prefix of its warehouse put in, and what Jinja has compiled; dbt
still compares every file and setting, and parses what differs. Ends when nobody holds the other end
of its standard input.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PREFIX = "LODE_DB_PREFIX"
# As long as the prefixes of tests, and found nowhere else in the project.
PLACEHOLDER = "p_prefixed"


def main() -> None:
    """Listen on the socket that is the first argument; the launcher's path is the second."""
    launcher = _module(sys.argv[2])
    for name in ("dbt.cli.main", "dbt.adapters.mysql", "mysql.connector"):
        importlib.import_module(name)
    keep_compiled()
    root = Path(sys.argv[2]).parent.parent
    is_parsed = False
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = listen(Path(sys.argv[1]))
    watched = selectors.DefaultSelector()
    watched.register(listener, selectors.EVENT_READ)
    watched.register(sys.stdin, selectors.EVENT_READ)
    while not any(key.fileobj is sys.stdin for key, _ in watched.select()):
        connection, _ = listener.accept()
        request, files = _receive(connection)
        is_ours = Path(request["root"]) == root and request["arguments"][0] != "parse"
        if is_ours and not is_parsed:
            is_parsed = True
            parse_once(request)
            check_threads()
            gc.freeze()
        if os.fork() == 0:
            watched.close()
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _answer(connection, launcher, request, files)
        for file in files:
            os.close(file)
        connection.close()


def listen(place: Path) -> socket.socket:
    """Listen at a place that is only there once a caller is no longer refused."""
    listener = socket.socket(socket.AF_UNIX)
    unheard = place.with_name(f"{place.name}.bound")
    listener.bind(str(unheard))
    listener.listen()
    unheard.rename(place)
    return listener


def _module(path: str) -> Any:
    found = importlib.util.spec_from_file_location("dbt_launcher", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def keep_compiled() -> None:
    """Have Jinja compile a text once."""
    import jinja2

    plain = jinja2.Environment.compile
    known: dict[tuple[type, str], Any] = {}

    def compile_once(environment: Any, source: Any, *arguments: Any, **keywords: Any) -> Any:
        if arguments or keywords or not isinstance(source, str):
            return plain(environment, source, *arguments, **keywords)
        key = (type(environment), source)
        if key not in known:
            known[key] = plain(environment, source)
        return known[key]

    jinja2.Environment.compile = compile_once


def parse_once(request: dict[str, Any]) -> None:
    """Parse the project with the settings of a request, and leave what comes of it to all children.

    A prefix that is not as long as the placeholder would not fit in.
    """
    from dbt.cli.main import dbtRunner
    from dbt.clients.jinja import template_cache
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser import manifest as parser

    with tempfile.TemporaryDirectory() as folder, in_place_of(request):
        os.environ |= {"DBT_TARGET_PATH": folder, "DBT_LOG_PATH": folder, PREFIX: PLACEHOLDER}
        # The static parser starts threads, which a child would wait for and not have.
        quiet = ["--quiet", "--log-level-file", "none"]
        done = dbtRunner().invoke([*quiet, "parse", "--no-static-parser"])
        if not done.success:
            return
        for macro in done.result.macros.values():
            template_cache.get_node_template(macro)
        parsed = Path(folder, "partial_parse.msgpack").read_bytes()
    plain = parser.ManifestLoader.read_manifest_for_partial_parse

    def read(loader: Any) -> Any:
        prefix = os.environ[PREFIX]
        if len(prefix) != len(PLACEHOLDER):
            return plain(loader)
        renamed = parsed.replace(PLACEHOLDER.encode(), prefix.encode())
        known = Manifest.from_msgpack(renamed, decoder=parser.extended_mashumuro_decoder)
        known.state_check.profile_hash = loader.manifest.state_check.profile_hash
        if not loader.is_partial_parsable(known)[0]:
            return plain(loader)
        known.metadata = loader.manifest.metadata
        return known

    parser.ManifestLoader.read_manifest_for_partial_parse = read


def check_threads() -> None:
    """End with a sentence if there is a thread besides this one; Linux only."""
    tasks = Path("/proc/self/task")
    if tasks.exists() and len(list(tasks.iterdir())) > 1:
        sys.exit("The dbt that tests fork has threads: its children may wait for them for ever.")


@contextlib.contextmanager
def in_place_of(request: dict[str, Any]) -> Iterator[None]:
    """Have the folder and environment of a request for the block, and print nothing."""
    kept, before = dict(os.environ), Path.cwd()
    with Path(os.devnull).open("w") as nothing, contextlib.redirect_stdout(nothing):
        become(request)
        yield
    os.environ.clear()
    os.environ.update(kept)
    os.chdir(before)


def become(request: dict[str, Any]) -> None:
    """Take the folder and environment of a request."""
    os.chdir(request["root"])
    os.environ.clear()
    os.environ.update(request["environment"])


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    message, files, _, _ = socket.recv_fds(connection, 1 << 20, 2)
    size = int(message[:10])
    while len(message) < 10 + size:
        message += connection.recv(1 << 20)
    return json.loads(message[10:]), files


def _answer(
    connection: socket.socket, launcher: Any, request: dict[str, Any], files: list[int]
) -> None:
    """Be one dbt: what it prints goes into the file that came along, its exit code goes back."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (files[0], 1), (files[0], 2)):
        os.dup2(source, target)
    become(request)
    sys.argv = ["dbt", *request["arguments"]]
    code = 1
    try:
        launcher.main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(str(code).encode())
        os._exit(code)


if __name__ == "__main__":
    main()
