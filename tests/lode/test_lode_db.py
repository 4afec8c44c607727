"""Connections: alike on every engine; every failure is one sentence."""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pymysql
import pytest
from pymysql.cursors import Cursor

from lode.db import connect, transaction
from lode.errors import LodeError
from lode.hosts import verified_tls
from lode.server import PrivateServer
from lode.settings import SQL_MODE, Credential, Settings, load_settings

pytestmark = pytest.mark.database


def test_sessions_are_alike_on_every_engine(warehouse_module: Settings) -> None:
    with (
        connect("loader", warehouse_module, schema="raw") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "select @@sql_mode, @@time_zone, @@character_set_connection,"
            " @@collation_connection, @@autocommit, database(), 'Zoë 👩‍🚀'"
        )
        row = cursor.fetchone()
    assert row is not None
    assert set(row[0].split(",")) == set(SQL_MODE.split(","))
    assert row[1:4] == ("+00:00", "utf8mb4", "utf8mb4_unicode_ci")
    assert row[4:] == (0, warehouse_module.schema("raw"), "Zoë 👩‍🚀")


def test_a_login_on_our_own_server_reads_no_authorities(
    warehouse_module: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are 140 certificates, and reading them took 25 times as long as the login itself."""

    def refused(*_: object, **__: object) -> ssl.SSLContext:
        raise AssertionError("the authorities were read")

    monkeypatch.setattr(ssl, "create_default_context", refused)
    with connect("loader", warehouse_module), PrivateServer(warehouse_module).admin():
        pass


def test_authorities_are_read_once_and_again_when_their_file_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        ssl,
        "create_default_context",
        lambda cafile: read.append(cafile) or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )
    file = tmp_path / "ca.pem"
    file.touch()
    first = verified_tls(file, "LODE_DB_TLS_CA")
    assert verified_tls(file, "LODE_DB_TLS_CA") is first
    os.utime(file, ns=(1, 1))
    assert verified_tls(file, "LODE_DB_TLS_CA") is not first
    assert read == [str(file)] * 2


def insert_and_fail(cursor: Cursor) -> None:
    """Write a row, then fail."""
    cursor.execute("insert into whole values (2)")
    raise ZeroDivisionError


def test_a_transaction_is_whole_or_nothing(warehouse_module: Settings) -> None:
    with (
        connect("loader", warehouse_module, schema="raw") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("create table whole (id int primary key)")
        with transaction(connection):
            cursor.execute("insert into whole values (1)")
        with pytest.raises(pymysql.IntegrityError), transaction(connection):
            cursor.execute("insert into whole values (2), (2)")
        with pytest.raises(ZeroDivisionError), transaction(connection):
            insert_and_fail(cursor)
        cursor.execute("insert into whole values (3)")
    with (
        connect("auditor", warehouse_module, schema="raw") as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select id from whole")
        assert cursor.fetchall() == ((1,),)


def test_a_connection_that_dies_keeps_the_first_error(warehouse_module: Settings) -> None:
    with (
        connect("loader", warehouse_module) as connection,
        connection.cursor() as cursor,
        pytest.raises(pymysql.MySQLError, match=r"killed|gone away|Lost connection|interrupted"),
        transaction(connection),
    ):
        cursor.execute("kill connection_id()")


def test_only_the_login_is_limited_in_time(
    warehouse_module: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lode.db.LOGIN_TIMEOUT_SECONDS", 1)
    with connect("loader", warehouse_module) as connection, connection.cursor() as cursor:
        cursor.execute("select sleep(1.5)")
        assert cursor.fetchone() == (0,)


def test_local_files_are_readable_only_where_asked_for(
    warehouse_module: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("infile") / "rows.csv"
    path.write_text("1\n2\n", encoding="utf-8")
    load = "load data local infile %s into table lines_read"
    with (
        connect("loader", warehouse_module, schema="raw", local_infile=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("create table lines_read (id int primary key)")
        assert cursor.execute(load, (str(path),)) == 2
    with (
        connect("loader", warehouse_module, schema="raw") as connection,
        connection.cursor() as cursor,
        pytest.raises((pymysql.MySQLError, RuntimeError)),
    ):
        cursor.execute(load, (str(path),))


def test_a_wrong_password_is_one_sentence(warehouse_module: Settings) -> None:
    wrong = {"app": Credential(password="canary-7")}
    with (
        pytest.raises(LodeError) as caught,
        connect("app", replace(warehouse_module, credentials=wrong)),
    ):
        pass
    assert f"refused the account {warehouse_module.prefix}_app" in str(caught.value)
    assert "canary-7" not in str(caught.value)


def test_a_wrong_password_elsewhere_does_not_point_to_the_local_server(
    warehouse_module: Settings,
) -> None:
    elsewhere = replace(
        warehouse_module,
        given_host="127.0.0.1",
        given_port=warehouse_module.port,
        credentials={"app": Credential("nobody", "canary-8")},
    )
    with (
        pytest.raises(LodeError, match="check the user, its password") as caught,
        connect("app", elsewhere),
    ):
        pass
    assert "canary-8" not in str(caught.value)


def test_a_prefix_that_was_never_provisioned_is_one_sentence(warehouse_module: Settings) -> None:
    with (
        pytest.raises(LodeError, match="has no accounts for t_none yet"),
        connect("app", warehouse_module.with_prefix("t_none")),
    ):
        pass


def test_a_server_that_is_down_is_one_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    values = {"LODE_DB_PORT": str(port), "LODE_APP_USER": "a", "LODE_APP_PASSWORD": "canary-9"}
    local = load_settings(values | {"LODE_HOME": "/nonexistent"})
    with (
        pytest.raises(LodeError, match=f"127.0.0.1:{port}: run `lode server start`"),
        connect("app", local),
    ):
        pass
    remote = load_settings(values | {"LODE_DB_HOST": "127.0.0.1"})
    with (
        pytest.raises(LodeError, match=r"does not answer .* check LODE_DB_HOST"),
        connect("app", remote),
    ):
        pass


def test_something_that_is_no_database_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lode.db.LOGIN_TIMEOUT_SECONDS", 1)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        settings = load_settings(
            {
                "LODE_DB_HOST": "127.0.0.1",
                "LODE_DB_PORT": str(listener.getsockname()[1]),
                "LODE_APP_USER": "a",
                "LODE_APP_PASSWORD": "b",
            }
        )
        with pytest.raises(LodeError, match="does not answer"), connect("app", settings):
            pass
