"""Where dry runs work: schemas of their own beside the warehouse's, empty but while one is at work.

They are an environment like any other, under the warehouse's prefix with `_dry` behind it, for the
warehouse's own accounts. Only the code lists stay in it from one dry run to the next.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pymysql
from pymysql.cursors import Cursor

from lode import layout
from lode.db import connect
from lode.dbt import run_dbt, wait_for_dbt
from lode.errors import BusyError, LodeError
from lode.lock_holders import holder_of, note_holder
from lode.pipeline import has_current_seeds, require_built, seeds_digest
from lode.server import PrivateServer
from lode.settings import LAYERS, Credential, Settings
from lode.warehouse import (
    DRY_RUN_ROLES,
    create_raw_tables,
    dry_run_settings,
    dry_run_statements,
)

# Its presence says that a raw schema is one that may be emptied; its row, which code lists are in.
MARKER = "dry_run_environment"
LOCK_WAIT_SECONDS = 120
FAILED_REMEDY = "Nothing was changed by this dry run."


@contextmanager
def dry_environment(settings: Settings) -> Iterator[Settings]:
    """Give the settings of an empty environment beside a warehouse, and empty it again at the end.

    One at a time for each warehouse: BusyError if another one is at work. What a killed process
    left is cleared away first.
    """
    layout.claim_home(settings.home)
    with connect("loader", settings, autocommit=True) as connection, connection.cursor() as cursor:
        lock = f"{settings.prefix}.dry_run"
        cursor.execute("select get_lock(%s, 0)", (lock,))
        (is_mine,) = cursor.fetchone() or (0,)
        if not is_mine:
            raise BusyError(
                f"Another dry run is under way in this warehouse{_holder(cursor, lock, settings)}:"
                " wait until it has ended."
            )
        dry = _prepare(settings)
        wait_for_dbt(dry)
        _empty(dry)
        with connect("loader", dry, schema="raw") as raw, raw.cursor() as raw_cursor:
            create_raw_tables(dry, raw_cursor)
        note_holder(cursor, lock, dry)
        try:
            yield dry
        except BaseException:
            # The first error is the one to be told; the next dry run clears away what is left.
            with suppress(Exception):
                _empty(dry)
            raise
        _empty(dry)


def _holder(cursor: Cursor, lock: str, settings: Settings) -> str:
    """Say who is at work, if that was written down yet; in the warehouse itself nothing is."""
    try:
        return holder_of(cursor, lock, dry_run_settings(settings))
    except (LodeError, pymysql.MySQLError):
        return ""


def load_seeds(settings: Settings, dry: Settings) -> None:
    """Bring the code lists in, unless the same ones are there from an earlier dry run."""
    digest = seeds_digest(settings.root / "seeds")
    with connect("loader", dry, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute(f"select seeds_digest from {MARKER}")
        if cursor.fetchall() == ((digest,),) and _seeds(dry) <= set(_tables(dry, "staging")):
            return
        if has_current_seeds(settings):
            _copy_seeds(settings, dry)
        else:
            require_built(run_dbt(["seed"], dry, quiet=True), dry, FAILED_REMEDY)
        cursor.execute(f"delete from {MARKER}")
        cursor.execute(f"insert into {MARKER} (seeds_digest) values (%s)", (digest,))
        connection.commit()


def _copy_seeds(settings: Settings, dry: Settings) -> None:
    with connect("transformer", dry, schema="staging") as connection, connection.cursor() as cursor:
        for name in sorted(_seeds(dry)):
            known = f"`{settings.schema('staging')}`.`{name}`"
            cursor.execute(f"drop table if exists `{name}`")
            cursor.execute(f"create table `{name}` like {known}")
            cursor.execute(f"insert into `{name}` select * from {known}")
        connection.commit()


def _prepare(settings: Settings) -> Settings:
    """Make what is missing of the environment, if we may; return its settings."""
    dry = dry_run_settings(settings)
    if settings.is_private:
        # The same accounts; those of the private server are remembered by prefix.
        accounts = {role: settings.account(role) for role in DRY_RUN_ROLES}
        dry = replace(
            dry,
            given_host=settings.host,
            given_port=settings.port,
            credentials=dict(settings.credentials)
            | {
                role: Credential(account.user, account.password)
                for role, account in accounts.items()
            },
        )
    if not _is_there(dry):
        if not settings.is_private:
            raise LodeError(
                f"A dry run needs the schemas {dry.prefix}_raw, …_staging, …_canonical and …_marts:"
                " have an administrator run the end of what `lode init --print-grants` prints."
            )
        _provision(settings, dry)
    _mark(dry)
    layout.claim_home(dry.home)
    return dry


def _is_there(dry: Settings) -> bool:
    """Tell whether the accounts see all schemas; nobody sees a schema without a right in it."""
    names = tuple(dry.schema(layer) for layer in LAYERS)
    query = "select count(*) from information_schema.schemata where schema_name in %s"
    with connect("transformer", dry) as connection, connection.cursor() as cursor:
        cursor.execute(query, (names,))
        (found,) = cursor.fetchone() or (0,)
    with connect("loader", dry) as connection, connection.cursor() as cursor:
        cursor.execute(query, (names[:1],))
        (raw,) = cursor.fetchone() or (0,)
    return bool(found == len(names) and raw)


def _provision(settings: Settings, dry: Settings) -> None:
    users = {role: settings.account(role).user for role in DRY_RUN_ROLES}
    server = PrivateServer(settings)
    with server.admin() as connection, server.lock(), connection.cursor() as cursor:
        _require_unused(cursor, dry)
        for statement in dry_run_statements(settings, users):
            cursor.execute(statement)


def _mark(dry: Settings) -> None:
    """Note that the environment is one for dry runs; LodeError if it holds something else."""
    with connect("loader", dry, schema="raw") as connection, connection.cursor() as cursor:
        _require_unused(cursor, dry)
        cursor.execute(
            f"create table if not exists {MARKER} (seeds_digest char(64) not null,"
            " primary key (seeds_digest))"
        )


def _require_unused(cursor: Cursor, dry: Settings) -> None:
    cursor.execute(
        "select table_name from information_schema.tables where table_schema = %s",
        (dry.schema("raw"),),
    )
    found = {str(name) for (name,) in cursor.fetchall()}
    if found and MARKER not in found:
        raise LodeError(
            f"{dry.prefix} is an environment of its own ({dry.schema('raw')} holds tables), and a"
            " dry run would empty it: give one of the two warehouses another LODE_DB_PREFIX."
        )


def _empty(dry: Settings) -> None:
    """Drop every table but the code lists and the marker, and delete what was landed."""
    kept = {"raw": {MARKER}, "staging": _seeds(dry)}
    for layer in LAYERS:
        role = "loader" if layer == "raw" else "transformer"
        with connect(role, dry, schema=layer) as connection, connection.cursor() as cursor:
            _drop(cursor, dry, layer, kept.get(layer, set()))
    for name in ("landing", "tmp", "extracts"):
        shutil.rmtree(dry.home / name, ignore_errors=True)


def _drop(cursor: Cursor, dry: Settings, layer: str, kept: set[str]) -> None:
    cursor.execute(f"set session lock_wait_timeout = {LOCK_WAIT_SECONDS}")
    try:
        for name, kind in _tables(dry, layer).items():
            if name not in kept:
                cursor.execute(f"drop {kind} if exists `{name}`")
    except pymysql.MySQLError as error:
        raise LodeError(
            f"{dry.schema(layer)} can't be emptied for a dry run (error {error.args[0]}): end what"
            " uses it, then try again."
        ) from error


def _tables(dry: Settings, layer: str) -> dict[str, str]:
    """Return what is in a schema: name -> table or view."""
    role = "loader" if layer == "raw" else "transformer"
    rows: list[Any]
    with connect(role, dry, schema=layer) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select table_name, table_type from information_schema.tables where table_schema = %s",
            (dry.schema(layer),),
        )
        rows = list(cursor.fetchall())
    return {str(name): "view" if "VIEW" in str(kind) else "table" for name, kind in rows}


def _seeds(dry: Settings) -> set[str]:
    return {path.stem for path in (dry.root / "seeds").rglob("*.csv")}
