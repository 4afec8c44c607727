"""Provisioning: schemas, the four accounts with least privilege, raw tables, the audit log."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import Any

import pymysql
from pymysql.cursors import Cursor

from lode import state
from lode.audit_schema import audit_grants, audit_script, create_audit_log
from lode.db import connect
from lode.errors import LodeError
from lode.fact_triggers import FACT_TRIGGERS
from lode.list_triggers import EXPORT_TRIGGERS
from lode.server import PrivateServer, new_password
from lode.settings import COLLATION, LAYERS, ROLES, Account, Credential, Settings
from lode.slot_triggers import SLOT_TRIGGERS
from lode.sql_script import split_statements

# A session over the loopback interface counts as `localhost`, which an account for '%' alone may
# not match.
HOSTS = ("localhost", "%")
DRY_RUN_SUFFIX = "_dry"
DRY_RUN_ROLES = ("loader", "transformer")
SCHEMA_FILES = ("loaders/schema.sql", "dedup/schema.sql", "lode/schema.sql")
# What keeps the tables of a file as they were written.
TRIGGERS = {
    "loaders/schema.sql": FACT_TRIGGERS,
    "lode/schema.sql": (*EXPORT_TRIGGERS, *SLOT_TRIGGERS),
}
# What a server says of `add column`, `add key` and `create trigger` where they are there already,
# and of `drop constraint` where it is gone (MariaDB, MySQL).
DONE_ALREADY = (1060, 1061, 1359, 1091, 3940)
# What dbt writes back when an import is published, and nothing else of raw.
PUBLISH_TABLE = "import_metadata"
PUBLISH_COLUMNS = (
    "status",
    "success_count",
    "error_count",
    "inserted_count",
    "updated_count",
    "unchanged_count",
    "collapsed_count",
    "rejected_count",
    "completed_at",
    "processing_duration_seconds",
    "error_message",
)
# What the dashboard asks for and looks up, and nothing else of raw: (rights, table).
APP_RIGHTS = (
    ("select", "app_roles"),
    ("select, insert", "app_reveals"),
    ("select, insert (request_key, kind, parameters, asked_by)", "app_jobs"),
    ("select", "cap_look_backs"),
    ("select", "dnc_lists"),
    ("select", "dnc_downloads"),
    ("select", "dnc_coverage"),
    ("select, insert", "app_reviews"),
    ("select, insert", "app_verdicts"),
    ("select, insert", "opt_out_requests"),
    ("select", "dedup_decisions"),
    ("select", "dbt_runs"),
    ("select", "dbt_nodes"),
    ("select", "list_definitions"),
    ("select", "list_exports"),
    ("select", "list_releases"),
    # Digests and person ids: what was given out of whom, no contact value.
    ("select", "list_export_rows"),
    # Whether its pepper is that of the search keys, and nothing by which a key can be made.
    ("select (fingerprint)", "search_pepper"),
)
# role -> layer -> rights on the whole schema
RIGHTS: dict[str, dict[str, str]] = {
    # Slots under the caps are given by the rules, which are code lists in staging.
    "loader": {"raw": "all privileges", "staging": "select", "canonical": "select"},
    "transformer": {
        "raw": "select",
        "staging": "all privileges",
        "canonical": "all privileges",
        "marts": "all privileges",
    },
    "app": {"marts": "select"},
    "auditor": dict.fromkeys(LAYERS, "select"),
}


def provision(settings: Settings) -> None:
    """Create or complete all of `settings.prefix` on the private server; changes nothing twice."""
    server = PrivateServer(settings)
    with server.admin() as connection, server.lock(), connection.cursor() as cursor:
        accounts = _accounts(settings)
        for statement in schema_statements(settings):
            cursor.execute(statement)
        create_audit_log(settings, cursor)
        for role, account in accounts.items():
            for host in HOSTS:
                named = (account.user, host, account.password)
                cursor.execute("create user if not exists %s@%s identified by %s", named)
                cursor.execute("alter user %s@%s identified by %s", named)
            for statement in (
                *grant_statements(settings, role, account.user),
                *audit_grants(settings, role, account.user, HOSTS),
            ):
                cursor.execute(statement)
        create_raw_tables(settings, cursor)
        if _has_table(cursor, settings.schema("raw"), PUBLISH_TABLE):
            for statement in (
                *publish_grants(settings, accounts["transformer"].user),
                *app_grants(settings, accounts["app"].user),
            ):
                cursor.execute(statement)


def deprovision(settings: Settings) -> None:
    """Drop the schemas and accounts of `settings.prefix` from the private server.

    What dry runs have made goes with them.
    """
    dry = dry_run_settings(settings)
    server = PrivateServer(settings)
    path = state.accounts_path(settings.server_home, settings.prefix)
    with server.admin() as connection, server.lock(), connection.cursor() as cursor:
        stored = state.read_accounts(settings.server_home, settings.prefix)
        for layer in LAYERS:
            cursor.execute(f"drop database if exists `{settings.schema(layer)}`")
            cursor.execute(f"drop database if exists `{dry.schema(layer)}`")
        cursor.execute(f"drop database if exists `{settings.schema('audit')}`")
        for user, _ in stored.values():
            for host in HOSTS:
                cursor.execute("drop user if exists %s@%s", (user, host))
        path.unlink(missing_ok=True)
        state.pepper_path(settings.home, settings.engine, settings.prefix).unlink(missing_ok=True)
    shutil.rmtree(dry.home, ignore_errors=True)


def create_remote_tables(settings: Settings) -> None:
    """Create the raw tables where an administrator makes schemas and accounts (see infra/)."""
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        create_raw_tables(settings, cursor)


def create_raw_tables(settings: Settings, cursor: Cursor) -> None:
    """Run the parts' schema files in the raw schema; every statement may run again.

    They are `create … if not exists`, and `add column`, `add key`, `drop constraint` for tables
    that an older version made.
    """
    cursor.execute(f"use `{settings.schema('raw')}`")
    for name in SCHEMA_FILES:
        path = settings.root / name
        if not path.exists():
            continue
        statements = split_statements(path.read_text(encoding="utf-8"))
        for statement in (*statements, *TRIGGERS.get(name, ())):
            try:
                cursor.execute(statement)
            except pymysql.MySQLError as error:
                if error.args[0] in DONE_ALREADY:
                    continue
                start = " ".join(statement.split())[:60]
                raise LodeError(f"{name} failed at `{start} …`: {error.args[-1]}.") from error


def administrator_script(settings: Settings) -> str:
    """Return the SQL for an administrator to make schemas and accounts on another server.

    Passwords are left out: Aurora's accounts get theirs from Secrets Manager. The last grants need
    the raw tables, so they come after `lode init`.
    """
    lines = ["-- Run as an administrator; give each account its password first.", ""]
    lines += [f"{statement};" for statement in schema_statements(settings)]
    for role in ROLES:
        user = _user(settings, role)
        lines += ["", f"-- {role}"]
        lines += [f"-- create user '{user}'@'%' identified by '…' require ssl;"]
        lines += [
            f"{statement};" for statement in grant_statements(settings, role, user, hosts=("%",))
        ]
    users = {role: _user(settings, role) for role in ROLES}
    lines += [
        "",
        "-- the audit log; with a binary log, triggers need log_bin_trust_function_creators",
    ]
    lines += [f"{statement};" for statement in audit_script(settings, users, hosts=("%",))]
    lines += ["", "-- after `lode init` has made the raw tables"]
    lines += [
        f"{statement};"
        for statement in (
            *publish_grants(settings, _user(settings, "transformer"), hosts=("%",)),
            *app_grants(settings, _user(settings, "app"), hosts=("%",)),
        )
    ]
    lines += ["", "-- for `lode load --dry-run`: schemas that are empty but while it runs"]
    dry_users = {role: users[role] for role in DRY_RUN_ROLES}
    lines += [
        f"{statement};" for statement in dry_run_statements(settings, dry_users, hosts=("%",))
    ]
    return "\n".join(lines)


def dry_run_settings(settings: Settings) -> Settings:
    """Return settings for the schemas and the folder in which dry runs of a warehouse work."""
    home = settings.home / "dry-run" / settings.warehouse_name
    return replace(settings, prefix=f"{settings.prefix}{DRY_RUN_SUFFIX}", home=home, landing=None)


def dry_run_statements(
    settings: Settings, users: dict[str, str], hosts: tuple[str, ...] = HOSTS
) -> list[str]:
    """Return the statements that make the schemas of dry runs for the warehouse's own accounts."""
    dry = dry_run_settings(settings)
    grants = [grant_statements(dry, role, user, hosts) for role, user in users.items()]
    return schema_statements(dry) + [statement for some in grants for statement in some]


def schema_statements(settings: Settings) -> list[str]:
    """Return the statements that create the four schemas."""
    return [
        f"create database if not exists `{settings.schema(layer)}`"
        f" character set utf8mb4 collate {COLLATION}"
        for layer in LAYERS
    ]


def grant_statements(
    settings: Settings, role: str, user: str, hosts: tuple[str, ...] = HOSTS
) -> list[str]:
    """Return the grants of one role on whole schemas."""
    return [
        f"grant {right} on `{_pattern(settings.schema(layer))}`.* to '{user}'@'{host}'"
        for layer, right in RIGHTS[role].items()
        for host in hosts
    ]


def publish_grants(settings: Settings, user: str, hosts: tuple[str, ...] = HOSTS) -> list[str]:
    """Return the column grants by which dbt closes an import; they need the table to exist."""
    columns = ", ".join(PUBLISH_COLUMNS)
    table = f"`{settings.schema('raw')}`.`{PUBLISH_TABLE}`"
    return [f"grant update ({columns}) on {table} to '{user}'@'{host}'" for host in hosts]


def app_grants(settings: Settings, user: str, hosts: tuple[str, ...] = HOSTS) -> list[str]:
    """Return the dashboard's grants on single raw tables; they need the tables to exist."""
    raw = settings.schema("raw")
    return [
        f"grant {rights} on `{raw}`.`{table}` to '{user}'@'{host}'"
        for rights, table in APP_RIGHTS
        for host in hosts
    ]


def _accounts(settings: Settings) -> dict[str, Account]:
    """Return the account of every role: given by variables, else remembered, else new.

    What is new is remembered before the server learns of it, so that a kill in between loses no
    password.
    """
    stored = state.read_accounts(settings.server_home, settings.prefix)
    remembered: dict[str, Any] = {}
    accounts: dict[str, Account] = {}
    for role in ROLES:
        user, password = stored.get(role) or (_user(settings, role), new_password())
        given = settings.credentials.get(role, Credential())
        accounts[role] = Account(given.user or user, given.password or password)
        remembered[role] = {"user": user, "password": password}
    if len(stored) < len(remembered):
        state.write_private(state.accounts_path(settings.server_home, settings.prefix), remembered)
    return accounts


def _user(settings: Settings, role: str) -> str:
    return f"{settings.prefix}_{role}"


def _pattern(schema: str) -> str:
    """Return a schema's name for `grant … on`, where a bare underscore stands for any character."""
    return schema.replace("_", r"\_")


def _has_table(cursor: Cursor, schema: str, table: str) -> bool:
    cursor.execute(
        "select 1 from information_schema.tables where table_schema = %s and table_name = %s",
        (schema, table),
    )
    return cursor.fetchone() is not None
