"""The audit log's own schema: its tables, its triggers, and who may do what with it."""

from __future__ import annotations

from importlib import resources

import pymysql
from pymysql.cursors import Cursor

from lode.errors import LodeError
from lode.settings import COLLATION, Settings
from lode.sql_script import split_statements

TRIGGER_EXISTS = 1359
CREATE_TRIGGER = "create trigger "
# role -> (rights, table, or * for all of them). Nobody may change or delete, not even the loader.
RIGHTS: dict[str, tuple[tuple[str, str], ...]] = {
    "loader": (("select, insert", "audit_log"), ("select", "audit_head")),
    # The dashboard notes what it shows and what it is asked for, and shows the log to auditors.
    "app": (("select, insert", "audit_log"), ("select", "audit_head")),
    "auditor": (("select", "*"),),
    # dbt counts entries by day and kind; it may not read who did it, about whom, or what was said.
    "transformer": (("select (recorded_at, event)", "audit_log"),),
}


def audit_statements(settings: Settings) -> list[str]:
    """Return the statements that make the schema, its tables and its triggers."""
    name = settings.schema("audit")
    script = (resources.files("lode") / "sql" / "audit.sql").read_text(encoding="utf-8")
    return [
        f"create database if not exists `{name}` character set utf8mb4 collate {COLLATION}",
        *(statement.replace("{audit}", name) for statement in split_statements(script)),
    ]


def audit_grants(settings: Settings, role: str, user: str, hosts: tuple[str, ...]) -> list[str]:
    """Return the grants of one role; they need the tables to exist."""
    return [
        f"grant {rights} on {_target(settings, table)} to '{user}'@'{host}'"
        for rights, table in RIGHTS.get(role, ())
        for host in hosts
    ]


def create_audit_log(settings: Settings, cursor: Cursor) -> None:
    """Make what is missing of the audit log, as an administrator; what is there stays as it is."""
    for statement in audit_statements(settings):
        try:
            cursor.execute(statement)
        except pymysql.MySQLError as error:
            if error.args[0] != TRIGGER_EXISTS:
                raise LodeError(
                    f"The audit log {settings.schema('audit')} can't be made: {error.args[-1]}."
                ) from error


def audit_script(settings: Settings, users: dict[str, str], hosts: tuple[str, ...]) -> list[str]:
    """Return all of it for an administrator to run by hand; a second time changes nothing."""
    lines: list[str] = []
    for statement in audit_statements(settings):
        if statement.startswith(CREATE_TRIGGER):
            # Not every server knows `create trigger if not exists`.
            lines.append(f"drop trigger if exists {statement.split()[2]}")
        lines.append(statement)
    for role, user in users.items():
        lines += audit_grants(settings, role, user, hosts)
    return lines


def _target(settings: Settings, table: str) -> str:
    if table == "*":
        # An underscore in a schema's name stands for any character here, and only here.
        return "`" + settings.schema("audit").replace("_", r"\_") + "`.*"
    return f"`{settings.schema('audit')}`.`{table}`"
