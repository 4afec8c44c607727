"""Started by the dbt environment's Python: sets what dbt-mysql has no setting for, then runs dbt.

dbt-mysql hands the connector user, password, host, port and character set, nothing else. What every
session must have besides (sql_mode, time zone, verified TLS) is therefore set here, at the one door
through which all of dbt's connections go. Reads what `Settings.dbt_environment` sets. No other file
of ours imports dbt.
"""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Where distributions keep the authorities they trust, should Python have been built for another
# place.
SYSTEM_AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)

# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1


def connection_options(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the connector's arguments for every connection; TLS unless it is said to be local."""
    options: dict[str, Any] = {
        "sql_mode": environment["LODE_SQL_MODE"],
        "time_zone": environment["LODE_TIME_ZONE"],
        # A server could otherwise ask the connector for any file of this machine.
        "allow_local_infile": False,
    }
    if environment.get("LODE_DB_IS_LOCAL") != "true":
        options |= {
            "ssl_disabled": False,
            "ssl_ca": environment.get("LODE_DB_TLS_CA") or system_authorities(),
            "ssl_verify_cert": True,
            "ssl_verify_identity": True,
        }
    return options


def system_authorities() -> str:
    """Return the file of the authorities this system trusts; the connector takes no folder."""
    candidates = (ssl.get_default_verify_paths().cafile, *SYSTEM_AUTHORITIES)
    found = next((path for path in candidates if path and Path(path).is_file()), None)
    if found is None:
        sys.exit("dbt: No file of certificate authorities was found: set LODE_DB_TLS_CA to one.")
    return found


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies; Linux only.

    The lock that keeps a second run out ends with `lode run`: dbt must not write on without it.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # It died before it could be watched.
        sys.exit(1)


@contextmanager
def run_lock(connect: Callable[..., Any], environment: Mapping[str, str]) -> Iterator[None]:
    """Keep every other run of the warehouse out for the block, if LODE_RUN_LOCK names its lock.

    `lode run` holds it itself. The server gives it back when this process ends, however it ends.
    """
    if "LODE_RUN_LOCK" not in environment:
        yield
        return
    connection = connect(
        host=environment["LODE_DB_HOST"],
        port=int(environment["LODE_DB_PORT"]),
        user=environment["LODE_TRANSFORMER_USER"],
        password=environment["DBT_ENV_SECRET_LODE_TRANSFORMER_PASSWORD"],
        charset="utf8mb4",
        collation="utf8mb4_unicode_ci",
        autocommit=True,
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute("select get_lock(%s, 0)", (environment["LODE_RUN_LOCK"],))
            (is_mine,) = cursor.fetchone()
        if not is_mine:
            sys.exit("dbt: Another run is under way in this warehouse: wait until it has ended.")
        yield
    finally:
        connection.close()


def main() -> None:
    """Run dbt with the options above in every connection."""
    parent = os.environ.pop("LODE_PARENT", None)
    if parent:
        end_with_parent(int(parent))
    import mysql.connector
    from dbt.cli.main import cli

    options = connection_options(os.environ)
    plain_connect = mysql.connector.connect

    @functools.wraps(plain_connect)
    def connect(*arguments: Any, **keywords: Any) -> Any:
        return plain_connect(*arguments, **{**keywords, **options})

    mysql.connector.connect = connect
    sys.argv[0] = "dbt"
    with run_lock(connect, os.environ):
        cli()


if __name__ == "__main__":
    main()
