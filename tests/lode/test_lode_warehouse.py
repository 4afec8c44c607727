"""Provisioning: each account may do its work and nothing else; twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from subprocess import CompletedProcess

import pymysql
import pytest
from conftest_lode import one_sentence
from pymysql.cursors import Cursor

from lode import state
from lode.db import connect
from lode.errors import LodeError
from lode.server import PrivateServer, new_password
from lode.settings import LAYERS, ROLES, Account, Credential, Settings
from lode.sql_script import split_statements
from lode.warehouse import (
    APP_RIGHTS,
    PUBLISH_COLUMNS,
    administrator_script,
    create_remote_tables,
    deprovision,
    provision,
)

pytestmark = pytest.mark.database
DENIED = (1044, 1045, 1142, 1143, 1227, 1370)
READ = "select count(*) from `{schema}`.probe"
WRITE = "insert into `{schema}`.probe values (7)"
UPDATE = "update `{schema}`.probe set id = id"
DELETE = "delete from `{schema}`.probe where id = 0"
CREATE = "create table `{schema}`.made_{role} (id int primary key)"
DROP = "drop table `{schema}`.probe"
TEMPORARY = "create temporary table `{schema}`.passing (id int primary key)"
VIEW = "create or replace view `{schema}`.seen_{role} as select 1 as one"
# What a role may do in which layer; in all other layers it may do nothing at all.
ALLOWED: dict[tuple[str, str], tuple[str, ...]] = {
    ("loader", "raw"): (READ, WRITE, UPDATE, DELETE, CREATE, TEMPORARY),
    ("loader", "staging"): (READ,),
    ("loader", "canonical"): (READ,),
    ("transformer", "raw"): (READ,),
    ("transformer", "staging"): (READ, WRITE, UPDATE, DELETE, CREATE, TEMPORARY, VIEW),
    ("transformer", "canonical"): (READ, WRITE, UPDATE, DELETE, CREATE, TEMPORARY, VIEW),
    ("transformer", "marts"): (READ, WRITE, UPDATE, DELETE, CREATE, TEMPORARY, VIEW),
    ("app", "marts"): (READ,),
    **{("auditor", layer): (READ,) for layer in LAYERS},
}
EVERYTHING = (READ, WRITE, UPDATE, DELETE, CREATE, TEMPORARY, VIEW, DROP)
FULL = {("loader", "raw"), *(("transformer", layer) for layer in LAYERS if layer != "raw")}


@pytest.fixture(scope="module")
def probed(warehouse_module: Settings) -> Settings:
    """A warehouse with a table `probe` in every schema."""
    with PrivateServer(warehouse_module).admin() as connection, connection.cursor() as cursor:
        for layer in LAYERS:
            cursor.execute(f"create table `{warehouse_module.schema(layer)}`.probe (id int)")
    return warehouse_module


def is_refused(cursor: Cursor, statement: str) -> bool:
    """Run a statement; tell whether it was refused for lack of rights; fail on any other error."""
    try:
        cursor.execute(statement)
    except pymysql.MySQLError as error:
        if error.args[0] not in DENIED:
            raise
        return True
    return False


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("role", ROLES)
def test_an_account_may_do_its_work_and_nothing_else(
    probed: Settings, role: str, layer: str
) -> None:
    allowed = ALLOWED.get((role, layer), ())
    with connect(role, probed, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in EVERYTHING:
            if (role, layer) in FULL and statement in (DROP, VIEW):
                continue
            sql = statement.format(schema=probed.schema(layer), role=role)
            assert is_refused(cursor, sql) == (statement not in allowed), (role, sql)


@pytest.mark.parametrize("role", ROLES)
def test_no_account_can_reach_beyond_its_warehouse(probed: Settings, role: str) -> None:
    # An underscore in `grant … on` stands for any character unless it is escaped.
    neighbour = probed.schema("marts").replace("_", "z", 1)
    with PrivateServer(probed).admin() as admin, admin.cursor() as cursor:
        cursor.execute(f"create database if not exists `{neighbour}`")
        cursor.execute(f"create table if not exists `{neighbour}`.probe (id int)")
    try:
        with connect(role, probed) as connection, connection.cursor() as cursor:
            for sql in (
                READ.format(schema=neighbour),
                "select user from mysql.user",
                "create database t_elsewhere",
                "create user 't_other'@'%' identified by 'x'",
                f"grant select on `{probed.schema('marts')}`.* to '{probed.prefix}_app'@'%'",
                "set global max_connections = 10",
                "select load_file('/etc/hostname') from nowhere.probe",
            ):
                assert is_refused(cursor, sql), sql
    finally:
        with PrivateServer(probed).admin() as admin, admin.cursor() as cursor:
            cursor.execute(f"drop database `{neighbour}`")


def test_the_transformer_closes_imports_and_changes_nothing_else_of_raw(
    warehouse_module: Settings,
) -> None:
    table = f"`{warehouse_module.schema('raw')}`.import_metadata"
    with (
        connect("transformer", warehouse_module) as connection,
        connection.cursor() as cursor,
    ):
        for column in PUBLISH_COLUMNS:
            assert not is_refused(cursor, f"update {table} set {column} = null where id = 0")
        cursor.execute(
            "select column_name from information_schema.columns"
            " where table_schema = %s and table_name = 'import_metadata'",
            (warehouse_module.schema("raw"),),
        )
        columns = {row[0] for row in cursor.fetchall()}
        assert set(PUBLISH_COLUMNS) < columns
        for column in columns - set(PUBLISH_COLUMNS):
            assert is_refused(cursor, f"update {table} set `{column}` = null where id = 0"), column
        assert is_refused(cursor, f"delete from {table}")


def test_schemas_are_utf8mb4(warehouse_module: Settings) -> None:
    with connect("auditor", warehouse_module) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select schema_name, default_character_set_name, default_collation_name"
            " from information_schema.schemata where schema_name like %s",
            (warehouse_module.prefix.replace("_", r"\_") + "%",),
        )
        rows = set(cursor.fetchall())
    assert rows == {
        (warehouse_module.schema(layer), "utf8mb4", "utf8mb4_unicode_ci")
        for layer in (*LAYERS, "audit")
    }


def test_a_second_time_changes_nothing(warehouse: Settings) -> None:
    path = state.accounts_path(warehouse.server_home, warehouse.prefix)
    before = path.read_bytes()
    with connect("loader", warehouse, schema="raw", autocommit=True) as c, c.cursor() as cursor:
        cursor.execute("create table kept (id int primary key)")
        cursor.execute("insert into kept values (1)")
    provision(warehouse)
    assert path.read_bytes() == before
    with connect("auditor", warehouse, schema="raw") as c, c.cursor() as cursor:
        cursor.execute("select id from kept")
        assert cursor.fetchall() == ((1,),)


def test_provisioning_sets_a_lost_password_right(warehouse: Settings) -> None:
    path = state.accounts_path(warehouse.server_home, warehouse.prefix)
    path.unlink()
    with pytest.raises(LodeError, match="has no accounts"), connect("app", warehouse):
        pass
    provision(warehouse)
    for role in ROLES:
        with connect(role, warehouse):
            pass


def test_accounts_given_by_variables_are_made_as_given(warehouse: Settings) -> None:
    user, password = f"{warehouse.prefix}_me", new_password()
    given = replace(warehouse, credentials={"app": Credential(user, password)})
    try:
        provision(given)
        assert given.account("app") == Account(user, password)
        with connect("app", given, schema="marts"):
            pass
        # The remembered account still works for those who set no variable.
        with connect("app", warehouse, schema="marts"):
            pass
    finally:
        with PrivateServer(warehouse).admin() as admin, admin.cursor() as cursor:
            for host in ("localhost", "%"):
                cursor.execute("drop user if exists %s@%s", (user, host))


def test_nothing_is_left_of_a_dropped_warehouse(server: Settings) -> None:
    settings = server.with_prefix("t_dropped")
    provision(settings)
    deprovision(settings)
    deprovision(settings)
    with PrivateServer(server).admin() as admin, admin.cursor() as cursor:
        cursor.execute("select 1 from mysql.user where user like 't\\_dropped%'")
        assert cursor.fetchall() == ()
        cursor.execute("show databases like 't\\_dropped%'")
        assert cursor.fetchall() == ()


def test_another_server_gets_raw_tables_by_the_loader_and_accounts_by_a_script(
    server: Settings,
) -> None:
    """The private server plays a foreign one, on which an administrator runs the printed script."""
    prefix = f"t_{new_password()[:8]}"
    local = server.with_prefix(prefix)
    remote = replace(
        local,
        target="aurora",
        given_host="127.0.0.1",
        given_port=server.port,
        credentials={role: Credential(f"{prefix}_{role}", new_password()) for role in ROLES},
    )
    script = split_statements(administrator_script(remote))
    with PrivateServer(local).admin() as admin, admin.cursor() as cursor:
        try:
            for role in ROLES:
                account = remote.account(role)
                for host in ("%", "localhost"):
                    named = (account.user, host, account.password)
                    cursor.execute("create user %s@%s identified by %s", named)
            tables = ("import_metadata", *(table for _, table in APP_RIGHTS))
            after_tables = [s for s in script if any(f"`{table}`" in s for table in tables)]
            for statement in [s for s in script if s not in after_tables]:
                cursor.execute(statement)
                if statement.startswith("grant"):
                    # The loopback interface counts as localhost here, as it does not on Aurora.
                    cursor.execute(statement.replace("'%'", "'localhost'"))
            create_remote_tables(remote)
            create_remote_tables(remote)
            for statement in after_tables:
                cursor.execute(statement.replace("'%'", "'localhost'"))
            with connect("transformer", remote, schema="raw") as c, c.cursor() as transformer:
                transformer.execute("update import_metadata set status = 'COMPLETE' where id = 0")
                transformer.execute("select count(*) from staging_raw_import")
                assert transformer.fetchone() == (0,)
        finally:
            deprovision(local)
            for role in ROLES:
                for host in ("%", "localhost"):
                    cursor.execute("drop user if exists %s@%s", (f"{prefix}_{role}", host))


def test_a_broken_schema_file_is_one_sentence(
    warehouse: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("root")
    (root / "loaders").mkdir()
    (root / "loaders" / "schema.sql").write_text("create tabel x (id int);", encoding="utf-8")
    with pytest.raises(LodeError, match=r"^loaders/schema.sql failed at `create tabel x"):
        provision(replace(warehouse, root=root))


def test_the_command_prints_the_script_without_any_server(
    lode: Callable[..., CompletedProcess[str]],
) -> None:
    done = lode("init", "--print-grants", LODE_HOME="/nonexistent", LODE_DB_PREFIX="acme")
    assert done.returncode == 0, done.stderr
    assert "grant select on `acme\\_marts`.* to 'acme_app'@'%';" in done.stdout
    assert "require ssl" in done.stdout
    assert "lode server start" in one_sentence(lode("init", LODE_HOME="/nonexistent"))


def test_facts_of_an_older_warehouse_may_be_about_an_address(warehouse: Settings) -> None:
    rows = {
        "opt_out_requests": "channel, origin, opted_out_at, recorded_by, recorded_at",
        "consent_records": "kind, happened_at, content_hash, recorded_by, recorded_at",
    }
    values = {
        "opt_out_requests": "'mail', 'letter', now(), 'ann', now()",
        "consent_records": "'inquiry', now(), unhex(sha2(uuid(), 256)), 'ann', now()",
    }
    with connect("loader", warehouse, schema="raw", autocommit=True) as connection:
        cursor = connection.cursor()
        for table, columns in rows.items():
            cursor.execute(
                f"alter table {table} drop constraint {table}_of_somebody, drop column address,"
                f" add constraint {table}_point check (phone_e164 is not null or email is not null)"
            )
            cursor.execute(
                f"insert into {table} (email, {columns}) values ('a@example.com', {values[table]})"
            )
        for _ in range(2):
            provision(warehouse)
        for table, columns in rows.items():
            insert = f"insert into {table} ({{}}{columns}) values ({{}}{values[table]})"
            cursor.execute(insert.format("address, ", "'1 OAK ST, Erie, PA 16501', "))
            with pytest.raises(pymysql.MySQLError, match="of_somebody"):
                cursor.execute(insert.format("", ""))
            cursor.execute(f"select count(*), count(email), count(address) from {table}")
            assert cursor.fetchone() == (2, 1, 1)
