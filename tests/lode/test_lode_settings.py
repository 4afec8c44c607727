"""Settings: what the variables mean, what is refused, what is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lode.errors import LodeError
from lode.hosts import is_loopback
from lode.settings import LAYERS, LEGACY, ROLES, load_settings


def test_defaults_need_no_variables_and_no_server(tmp_path: Path) -> None:
    settings = load_settings({})
    assert settings.home == settings.root / ".local"
    assert (settings.root / "lode" / "settings.py").exists()
    assert (settings.engine, settings.target, settings.prefix) == ("mariadb", "local", "motherlode")
    assert settings.is_private
    assert settings.is_local
    assert load_settings({"LODE_HOME": str(tmp_path / "none")}).host == "127.0.0.1"


def test_empty_variables_count_as_unset() -> None:
    settings = load_settings({"LODE_ENGINE": "", "LODE_DB_HOST": "", "LODE_DB_PORT": ""})
    assert settings.engine == "mariadb"
    assert settings.is_private


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LODE_ENGINE", "postgres"),
        ("LODE_TARGET", "moon"),
        ("LODE_DB_PORT", "0"),
        ("LODE_DB_PORT", "65536"),
        ("LODE_DB_PORT", "3306x"),
        ("LODE_DB_PORT", "٣"),
        ("LODE_DB_PREFIX", "Motherlode"),
        ("LODE_DB_PREFIX", "1st"),
        ("LODE_DB_PREFIX", "a`; drop database b"),
        ("LODE_DB_PREFIX", "a" * 21),
        ("LODE_DB_PREFIX", "acme_dry"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(LodeError, match=rf"^{name} is '.*': use .*\.$"):
        load_settings({name: value})


def test_schemas_follow_the_prefix() -> None:
    settings = load_settings({}).with_prefix("t_ab12")
    assert [settings.schema(layer) for layer in LAYERS] == [
        "t_ab12_raw",
        "t_ab12_staging",
        "t_ab12_canonical",
        "t_ab12_marts",
    ]
    with pytest.raises(ValueError, match="no such layer"):
        settings.schema("gold")
    with pytest.raises(LodeError):
        settings.with_prefix("T")


def test_a_home_is_the_same_however_it_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    spellings = ("real", "link", "other/../real", "./real/")
    homes = {load_settings({"LODE_HOME": f"{tmp_path}/{name}"}).home for name in spellings}
    assert homes == {tmp_path / "real"}


def test_accounts_come_from_variables_role_by_role() -> None:
    settings = load_settings(
        {
            "LODE_DB_HOST": "db.example.com",
            "LODE_LOADER_USER": "carrier",
            "LODE_LOADER_PASSWORD": "canary-1",
        }
    )
    assert (settings.account("loader").user, settings.account("loader").password) == (
        "carrier",
        "canary-1",
    )
    with pytest.raises(LodeError, match="LODE_APP_USER and LODE_APP_PASSWORD, or LODE_APP_SECRET"):
        settings.account("app")
    with pytest.raises(ValueError, match="no such role"):
        settings.account("root")


def test_a_password_shows_in_no_repr() -> None:
    values = {f"LODE_{role.upper()}_USER": role for role in ROLES}
    values |= {f"LODE_{role.upper()}_PASSWORD": "canary-2" for role in ROLES}
    settings = load_settings(values | {"LODE_DB_HOST": "127.0.0.1"})
    shown = f"{settings!r}{settings.account('app')!r}{settings.account_origin('app')}"
    assert "canary-2" not in shown
    assert "canary-2" not in str(settings.public_environment())


def test_a_target_without_host_says_what_to_set() -> None:
    with pytest.raises(LodeError, match="LODE_DB_HOST"):
        _ = load_settings({"LODE_TARGET": "aurora"}).host
    assert load_settings({"LODE_TARGET": "aurora", "LODE_DB_HOST": "db.example.com"}).port == 3306


def test_parsing_needs_no_credentials(tmp_path: Path) -> None:
    settings = load_settings({"LODE_HOME": str(tmp_path)})
    assert "LODE_TRANSFORMER_USER" not in settings.dbt_environment(has_credentials=False)
    with pytest.raises(LodeError, match="lode server start"):
        settings.dbt_environment()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1"])
def test_loopback_spellings_are_local(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost.example.com", "10.0.0.1", "127.1", "db", "0.0.0.0", "127.0.0.1.example.com"]
)
def test_everything_else_needs_tls(host: str) -> None:
    assert not is_loopback(host)


@given(st.integers(0, 2**24 - 1))
def test_the_whole_loopback_net_is_local(number: int) -> None:
    assert is_loopback(f"127.{number >> 16}.{number >> 8 & 255}.{number & 255}")


def test_the_legacy_account_is_none_of_the_warehouse(tmp_path: Path) -> None:
    values = {"LODE_HOME": str(tmp_path), "LODE_DB_SECRET": "warehouse", "LODE_DB_HOST": "db"}
    settings = load_settings(values)
    assert settings.account_origin(LEGACY) == "not set"
    assert settings.renewed_account(LEGACY) is None
    with pytest.raises(LodeError, match="LODE_LEGACY_USER and LODE_LEGACY_PASSWORD"):
        settings.account(LEGACY)
    given = {"LODE_LEGACY_USER": "reader", "LODE_LEGACY_PASSWORD": "canary-4"}
    own = load_settings(values | given | {"LODE_LEGACY_TLS_CA": str(tmp_path / "ca.pem")})
    assert (own.account(LEGACY).user, own.account(LEGACY).password) == ("reader", "canary-4")
    assert own.account_origin(LEGACY).startswith("user reader")
    assert own.public_environment()["LODE_LEGACY_TLS_CA"] == str(tmp_path / "ca.pem")
    assert "canary-4" not in repr(own)
    assert load_settings({"LODE_LEGACY_SECRET": "old"}).account_origin(LEGACY) == "secret old"


@pytest.mark.parametrize("size", ["3", "lots", "3 GB", "-1GB", "0GB", "3GB; drop table x"])
def test_a_memory_that_is_no_size_is_refused(size: str) -> None:
    with pytest.raises(LodeError, match=r"^LODE_DEDUP_MEMORY is '.*': write a size such as"):
        load_settings({"LODE_DEDUP_MEMORY": size})
    given = load_settings({"LODE_DEDUP_MEMORY": "800MB"})
    assert given.dedup_memory == given.public_environment()["LODE_DEDUP_MEMORY"] == "800MB"


@pytest.mark.parametrize("count", ["-1", "ten", "1.5", "9999999999"])
def test_a_limit_that_is_no_count_is_refused(count: str) -> None:
    with pytest.raises(LodeError, match=r"^LODE_RELEASE_ABOVE is '.*': write a number from 0"):
        load_settings({"LODE_RELEASE_ABOVE": count})
    assert load_settings({}).release_above == 10_000
    given = load_settings({"LODE_RELEASE_ABOVE": "0"})
    assert given.public_environment()["LODE_RELEASE_ABOVE"] == "0"
