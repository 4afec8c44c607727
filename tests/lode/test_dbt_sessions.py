"""Sessions that dbt's models have one after the other: each finds its own as if it were new."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from lode.db import connect
from lode.dbt import LAUNCHER, dbt_command
from lode.settings import SQL_MODE, TIME_ZONE, Settings

pytestmark = pytest.mark.database


def test_nothing_of_a_session_is_left_to_the_next_model(warehouse: Settings) -> None:
    table = f"{warehouse.schema('staging')}.kept"
    with connect("transformer", warehouse, autocommit=True) as connection:
        connection.cursor().execute(f"create table {table} (id int primary key)")
    account = warehouse.account("transformer")
    given = {
        "table": table,
        "environment": {"LODE_SQL_MODE": SQL_MODE, "LODE_TIME_ZONE": TIME_ZONE},
        "host": warehouse.host,
        "port": warehouse.port,
        "user": account.user,
        "passwd": account.password,
        "charset": "utf8mb4",
        "collation": "utf8mb4_unicode_ci",
        "buffered": True,
    }
    done = subprocess.run(
        [dbt_command(warehouse)[0], "-I", str(Path(__file__).parent / "dbt_sessions.py"), LAUNCHER],
        input=json.dumps(given),
        env=dict(os.environ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("again") == found.pop("fresh")
    assert found == {
        "apart": True,
        "lock of another": 1,
        "same": True,
        "after a kill": True,
        "ended from outside": True,
    }
