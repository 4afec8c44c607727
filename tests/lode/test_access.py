"""Roles with dates on a real server: granted, ended, audited, and out of the app's reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from subprocess import CompletedProcess

import pymysql
import pytest
from conftest_lode import one_sentence

from lode import access, audit
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Settings

pytestmark = pytest.mark.database
NOW = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
DAY = timedelta(days=1)


def roles(settings: Settings, subject: str) -> set[str]:
    with connect("app", settings, schema="marts") as connection:
        return set(access.roles_of(connection, settings, subject))


def grant(settings: Settings, subject: str, role: str, **dates: datetime | None) -> int:
    return access.grant(settings, subject, role, by="chief", reason="because", **dates)


def test_a_role_counts_from_its_grant_to_its_end(warehouse_module: Settings) -> None:
    grant(warehouse_module, " Ada@Example.com ", "operator")
    grant(warehouse_module, "ada@example.com", "steward")
    assert roles(warehouse_module, "ada@example.com") == {"operator", "steward"}
    assert roles(warehouse_module, "eve@example.com") == set()
    access.revoke(warehouse_module, "ADA@example.com", "operator", by="chief", reason="left")
    assert roles(warehouse_module, "ada@example.com") == {"steward"}
    grant(warehouse_module, "ada@example.com", "operator")
    assert roles(warehouse_module, "ada@example.com") == {"operator", "steward"}


def test_dates_decide(warehouse_module: Settings) -> None:
    grant(warehouse_module, "past@example.com", "viewer", valid_from=NOW - DAY, valid_to=NOW)
    grant(warehouse_module, "later@example.com", "viewer", valid_from=NOW + DAY)
    grant(warehouse_module, "now@example.com", "viewer", valid_to=NOW + DAY)
    assert roles(warehouse_module, "past@example.com") == set()
    assert roles(warehouse_module, "later@example.com") == set()
    assert roles(warehouse_module, "now@example.com") == {"viewer"}
    listed = {one.subject for one in access.grants(warehouse_module)}
    assert {"later@example.com", "now@example.com"} <= listed
    assert "past@example.com" not in listed
    access.revoke(warehouse_module, "later@example.com", "viewer", by="chief", reason="no")
    assert access.grants(warehouse_module, "later@example.com") == []


@pytest.mark.parametrize(
    ("subject", "role", "sentence"),
    [
        ("", "viewer", "A login is an e-mail address"),
        ("two words", "viewer", "A login is an e-mail address"),
        ("a" * 129, "viewer", "A login is an e-mail address"),
        ("local:root", "viewer", "works on this machine itself"),
        ("ada@example.com", "emperor", "There is no role emperor"),
    ],
)
def test_bad_input_is_a_sentence(
    warehouse_module: Settings, subject: str, role: str, sentence: str
) -> None:
    with pytest.raises(LodeError, match=sentence):
        grant(warehouse_module, subject, role)


def test_what_stands_is_not_granted_twice_and_what_does_not_is_not_ended(
    warehouse_module: Settings,
) -> None:
    grant(warehouse_module, "twice@example.com", "viewer")
    with pytest.raises(LodeError, match="has the role viewer already: end it first"):
        grant(warehouse_module, "twice@example.com", "viewer")
    with pytest.raises(LodeError, match="has no role admin: nothing to end"):
        access.revoke(warehouse_module, "twice@example.com", "admin", by="chief", reason="x")
    with pytest.raises(LodeError, match="must begin before it ends"):
        grant(warehouse_module, "x@example.com", "viewer", valid_from=NOW, valid_to=NOW - DAY)
    with pytest.raises(LodeError, match="--reason needs a text"):
        access.grant(warehouse_module, "x@example.com", "viewer", by="chief", reason=" ")


def test_the_app_reads_roles_and_grants_none(warehouse_module: Settings) -> None:
    with connect("app", warehouse_module, autocommit=True) as connection:
        for statement in (
            "insert into `{raw}`.app_roles (subject) values ('me')",
            "update `{raw}`.app_roles set role = 'admin'",
            "delete from `{raw}`.app_roles",
            "update `{raw}`.app_jobs set state = 'DONE'",
            "insert into `{raw}`.app_jobs (request_key, kind, parameters, asked_by, state)"
            " values ('x', 'load', '', 'me', 'DONE')",
            "delete from `{raw}`.app_reveals",
            "select * from `{raw}`.import_metadata",
            "delete from `{audit}`.audit_log",
        ):
            schemas = {name: warehouse_module.schema(name) for name in ("raw", "audit")}
            with pytest.raises(pymysql.MySQLError) as refused:
                connection.cursor().execute(statement.format(**schemas))
            assert refused.value.args[0] in (1142, 1143)


def test_the_commands_and_the_audit_log(
    warehouse_module: Settings, lode: Callable[..., CompletedProcess[str]]
) -> None:
    def run(*arguments: str) -> CompletedProcess[str]:
        variables = warehouse_module.public_environment()
        return lode("access", *arguments, **variables)

    granted = run(
        "grant", "Cli@example.com", "auditor", "--reason", "yearly audit", "--by", "chief"
    )
    assert granted.returncode == 0, granted.stderr
    assert granted.stdout.endswith("cli@example.com has the role auditor.\n")
    assert "cli@example.com  auditor" in run("list", "cli@example.com").stdout
    again = run("grant", "cli@example.com", "auditor", "--reason", "x")
    assert again.returncode == 1
    assert "already" in one_sentence(again)
    ended = run("revoke", "cli@example.com", "auditor", "--reason", "done", "--by", "chief")
    assert "is ended" in ended.stdout
    assert "No roles are granted" in run("list", "cli@example.com").stdout
    entries = audit.newest(warehouse_module, 10, None, "cli@example.com")
    assert [(one.event, one.actor) for one in entries] == [
        ("access.grant", "chief"),
        ("access.revoke", "chief"),
    ]
    assert audit.verify_log(warehouse_module, {}).fault is None
