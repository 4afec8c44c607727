"""Secrets Manager, as moto plays it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from loaders.legacy.address import LegacyAddress
from loaders.legacy.connection import legacy_connection
from lode.db import connect
from lode.errors import LodeError
from lode.secret import fetch_secret, parse_secret
from lode.settings import LEGACY, Settings, load_settings

RDS = {
    "engine": "mysql",
    "host": "db.example.com",
    "port": 3307,
    "username": "carrier",
    "password": "canary-3",
    "dbname": "motherlode_raw",
}


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an empty Secrets Manager."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    fetch_secret.cache_clear()
    with mock_aws():
        yield boto3.client("secretsmanager")
    fetch_secret.cache_clear()


def test_a_secret_of_a_role_gives_its_account_host_and_port(manager: Any) -> None:
    manager.create_secret(Name="lode/loader", SecretString=json.dumps(RDS))
    settings = load_settings({"LODE_TARGET": "aurora", "LODE_LOADER_SECRET": "lode/loader"})
    assert settings.account("loader").user == "carrier"
    assert settings.account("loader").password == "canary-3"
    assert (settings.host, settings.port) == ("db.example.com", 3307)
    assert not settings.is_local
    with pytest.raises(LodeError, match="No credentials for the app account"):
        settings.account("app")


def test_the_common_secret_serves_every_role_without_its_own(manager: Any) -> None:
    arn = manager.create_secret(Name="lode/all", SecretString=json.dumps(RDS))["ARN"]
    manager.create_secret(
        Name="lode/app", SecretString=json.dumps({"username": "reader", "password": "canary-4"})
    )
    settings = load_settings(
        {"LODE_TARGET": "aurora", "LODE_DB_SECRET": arn, "LODE_APP_SECRET": "lode/app"}
    )
    assert settings.account("auditor").user == "carrier"
    assert settings.account("app").user == "reader"
    assert settings.host == "db.example.com"


def test_variables_win_over_a_secret(manager: Any) -> None:
    manager.create_secret(Name="s", SecretString=json.dumps(RDS))
    settings = load_settings(
        {
            "LODE_TARGET": "aurora",
            "LODE_DB_SECRET": "s",
            "LODE_DB_HOST": "other.example.com",
            "LODE_DB_PORT": "3399",
        }
    )
    assert (settings.host, settings.port) == ("other.example.com", 3399)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("canary-5", "is not JSON"),
        ('["canary-5"]', "is not a JSON object"),
        ('{"password": "canary-5"}', "has no username"),
        ('{"username": "canary-5", "password": 5}', "has no password"),
        ('{"username": "u", "password": "canary-5", "port": "x"}', "port that is not a number"),
    ],
)
def test_a_malformed_secret_is_one_sentence_without_its_text(
    manager: Any, text: str, message: str
) -> None:
    manager.create_secret(Name="bad", SecretString=text)
    with pytest.raises(LodeError, match=rf"The secret bad .*{message}") as caught:
        load_settings({"LODE_TARGET": "aurora", "LODE_DB_SECRET": "bad"}).account("loader")
    assert "canary-5" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_missing_secret_and_a_missing_region_are_sentences(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings({"LODE_TARGET": "aurora", "LODE_DB_SECRET": "nowhere"})
    with pytest.raises(LodeError, match=r"refused the secret nowhere .ResourceNotFoundException"):
        settings.account("loader")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.delenv("AWS_REGION", raising=False)
    with pytest.raises(LodeError, match="AWS_DEFAULT_REGION"):
        settings.account("loader")


def test_a_binary_secret_is_a_sentence(manager: Any) -> None:
    manager.create_secret(Name="binary", SecretBinary=b"\x00")
    with pytest.raises(LodeError, match="holds no text"):
        load_settings({"LODE_TARGET": "aurora", "LODE_DB_SECRET": "binary"}).account("app")


@pytest.mark.database
def test_a_rotated_secret_is_fetched_again(manager: Any, warehouse: Settings) -> None:
    right = warehouse.account("loader")
    stale = {
        "host": warehouse.host,
        "port": warehouse.port,
        "username": right.user,
        "password": "canary-6",
    }
    manager.create_secret(Name="turning", SecretString=json.dumps(stale))
    settings = load_settings(
        {"LODE_TARGET": "aurora", "LODE_DB_SECRET": "turning", "LODE_DB_PREFIX": warehouse.prefix}
    )
    with (
        pytest.raises(LodeError, match="refused the account") as caught,
        connect("loader", settings),
    ):
        pass
    assert "canary-6" not in str(caught.value)
    manager.put_secret_value(
        SecretId="turning", SecretString=json.dumps(stale | {"password": right.password})
    )
    with connect("loader", settings, schema="raw") as connection, connection.cursor() as cursor:
        cursor.execute("select database()")
        assert cursor.fetchone() == (warehouse.schema("raw"),)


@pytest.mark.database
def test_a_rotated_secret_of_a_legacy_server_is_fetched_again(
    manager: Any, warehouse: Settings
) -> None:
    right = warehouse.account("auditor")
    content = {"username": right.user, "password": "canary-7", "host": "elsewhere.example.com"}
    manager.create_secret(Name="old crm", SecretString=json.dumps(content))
    settings = load_settings({"LODE_LEGACY_SECRET": "old crm"})
    assert settings.account(LEGACY).password == "canary-7"
    address = LegacyAddress("127.0.0.1", warehouse.port, warehouse.schema("raw"))
    manager.put_secret_value(
        SecretId="old crm", SecretString=json.dumps(content | {"password": right.password})
    )
    with legacy_connection(address, settings) as connection, connection.cursor() as cursor:
        cursor.execute("select database()")
        assert cursor.fetchone() == (warehouse.schema("raw").encode(),)


@given(st.text(), st.text(), st.one_of(st.none(), st.integers(1, 65535)))
def test_any_rds_secret_is_read_back(username: str, password: str, port: int | None) -> None:
    secret = parse_secret(
        "s", json.dumps({"username": username, "password": password, "port": port})
    )
    assert (secret.username, secret.password, secret.port) == (username, password, port)
