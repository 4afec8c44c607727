"""Run by dbt's own Python: borrows sessions as dbt's threads do, and says how they were found.

Reads the connector's arguments as JSON from standard input; the launcher's path is the argument.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
from typing import Any

import mysql.connector


def ask(session: Any, query: str) -> Any:
    """Return the only value of a query."""
    cursor = session.cursor()
    cursor.execute(query)
    return cursor.fetchall()[0][0]


def state(session: Any, table: str) -> dict[str, Any]:
    """What a session may leave to the next one who has it."""
    cursor = session.cursor()
    cursor.execute(f"select count(*) from {table}")
    return {
        "rows": cursor.fetchall()[0][0],
        "variable": ask(session, "select @kept"),
        "setting": ask(session, "select @@session.sort_buffer_size"),
        "mode": ask(session, "select @@session.sql_mode"),
        "zone": ask(session, "select @@session.time_zone"),
        "collation": ask(session, "select @@session.collation_connection"),
        "lock": ask(session, "select is_used_lock('lode_kept')"),
    }


def main() -> None:
    """Print what was found as JSON."""
    found_spec = importlib.util.spec_from_file_location("dbt_launcher", sys.argv[1])
    assert found_spec is not None
    assert found_spec.loader is not None
    launcher = importlib.util.module_from_spec(found_spec)
    found_spec.loader.exec_module(launcher)
    given = json.load(sys.stdin)
    table = given.pop("table")
    options = launcher.connection_options({**given.pop("environment"), "LODE_DB_IS_LOCAL": "true"})
    sessions = launcher.Sessions(mysql.connector.connect, options)

    first = sessions.connect(**given)
    found: dict[str, Any] = {"fresh": state(first, table)}
    first_id = ask(first, "select connection_id()")
    other = sessions.connect(**given)
    found["apart"] = ask(other, "select connection_id()") != first_id
    for statement in (
        "set @kept = 1, session sort_buffer_size = 65536",
        "set session sql_mode = '', session time_zone = '+05:00'",
        "set names latin1",
        "start transaction",
        f"insert into {table} values (1)",
    ):
        first.cursor().execute(statement)
    ask(first, "select get_lock('lode_kept', 0)")
    first.close()
    found["lock of another"] = ask(other, "select get_lock('lode_kept', 0)")
    ask(other, "select release_lock('lode_kept')")
    again = sessions.connect(**given)
    found["same"] = ask(again, "select connection_id()") == first_id
    found["again"] = state(again, table)

    again.close()
    other.cursor().execute(f"kill {first_id}")
    anew = sessions.connect(**given)
    found["after a kill"] = ask(anew, "select connection_id()") != first_id

    closer = threading.Thread(target=anew.close)
    closer.start()
    closer.join()
    try:
        ask(anew, "select 1")
    except mysql.connector.Error:
        found["ended from outside"] = True
    other.close()
    sessions.end()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
