"""Run by dbt's own Python: imports dbt once, then forks a process for every command line.

Each child becomes what `lode/dbt_launcher.py` is when it is started afresh, a second and a half of
imports later. Ends when nobody holds the other end of its standard input.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any


def main() -> None:
    """Listen on the socket that is the first argument; the launcher's path is the second."""
    launcher = _module(sys.argv[2])
    for name in ("dbt.cli.main", "dbt.adapters.mysql", "mysql.connector"):
        importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen()
    watched = selectors.DefaultSelector()
    watched.register(listener, selectors.EVENT_READ)
    watched.register(sys.stdin, selectors.EVENT_READ)
    while not any(key.fileobj is sys.stdin for key, _ in watched.select()):
        connection, _ = listener.accept()
        if os.fork() == 0:
            watched.close()
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _answer(connection, launcher)
        connection.close()


def _module(path: str) -> Any:
    found = importlib.util.spec_from_file_location("dbt_launcher", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def _answer(connection: socket.socket, launcher: Any) -> None:
    """Be one dbt: what it prints goes into the file that came along, its exit code goes back."""
    message, files, _, _ = socket.recv_fds(connection, 1 << 20, 2)
    size = int(message[:10])
    while len(message) < 10 + size:
        message += connection.recv(1 << 20)
    request = json.loads(message[10:])
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (files[0], 1), (files[0], 2)):
        os.dup2(source, target)
    os.chdir(request["root"])
    os.environ.clear()
    os.environ.update(request["environment"])
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
