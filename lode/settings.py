"""The settings: from environment variables, a Secrets Manager secret or the local server's state.

docs/settings.md lists the variables. Nothing here opens a connection, and nothing here needs a
credential until `Settings.account` asks for one, so that parsing and linting work on a machine
without any server.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lode import state
from lode.errors import LodeError
from lode.hosts import is_loopback
from lode.secret import Secret, fetch_secret
from lode.settings_values import (
    choice_of,
    count_of,
    path_of,
    pepper_of,
    port_of,
    s3_prefix_of,
    size_of,
)

ENGINES = ("mariadb", "mysql")
TARGETS = ("local", "aurora")
LAYERS = ("raw", "staging", "canonical", "marts")
ROLES = ("loader", "transformer", "app", "auditor")
# The account on a legacy database, which is none of the warehouse's own.
LEGACY = "legacy"
SQL_MODE = (
    "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
)
TIME_ZONE = "+00:00"
# The newest collation that all engines share for reading; keys and text columns say utf8mb4_bin
# themselves.
COLLATION = "utf8mb4_unicode_ci"
DEFAULT_PORT = 3306
DEDUP_MEMORY = "3GB"
# An exported list of more lines waits for a second person.
RELEASE_ABOVE = 10_000
FRESH_WITHIN_DAYS = 7
# MySQL allows 32 characters in a user name; `_transformer` takes 12 of them.
# `_dry` is the end of a dry run's own prefix (lode/dry_environment.py).
PREFIX_PATTERN = re.compile(r"(?!.*_dry$)[a-z][a-z0-9_]{0,19}")


@dataclass(frozen=True)
class Account:
    """A database account; its password never shows in `repr`, so in no log or traceback either."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Credential:
    """Where one role's account comes from: a user with a password, or the name of a secret."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    secret: str | None = None


@dataclass(frozen=True)
class Settings:
    """Everything a part needs to know about where it runs; immutable, safe to print."""

    root: Path
    home: Path
    engine: str
    target: str
    prefix: str
    given_host: str | None = None
    given_port: int | None = None
    tls_ca: Path | None = None
    secret: str | None = None
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    landing: str | None = None
    load_from_s3: str | None = None
    legacy_tls_ca: Path | None = None
    dedup_memory: str = DEDUP_MEMORY
    release_above: int = RELEASE_ABOVE
    fresh_within_days: int = FRESH_WITHIN_DAYS
    search_pepper: str | None = field(default=None, repr=False)

    @property
    def is_private(self) -> bool:
        """Whether the database is the private local server that `lode server` runs."""
        return self.target == "local" and self.given_host is None

    @property
    def host(self) -> str:
        """Host name or address of the database."""
        if self.is_private:
            return "127.0.0.1"
        if self.given_host:
            return self.given_host
        host = next((secret.host for secret in self._secrets() if secret.host), None)
        if host is None:
            raise LodeError(
                f"No database host is set for target {self.target}: set LODE_DB_HOST, or"
                " LODE_DB_SECRET to a secret that has a host."
            )
        return host

    @property
    def port(self) -> int:
        """TCP port of the database."""
        if self.is_private:
            remembered = state.remembered_port(self.server_home)
            if remembered is None and self.given_port is None:
                raise LodeError("The local server was never started: run `lode server start`.")
            return remembered or self.given_port or 0
        if self.given_port is not None:
            return self.given_port
        secrets = self._secrets() if self.given_host is None else []
        return next((secret.port for secret in secrets if secret.port), DEFAULT_PORT)

    @property
    def server_home(self) -> Path:
        """Folder of the private server's data and state for this engine."""
        return self.home / "server" / self.engine

    @property
    def warehouse_name(self) -> str:
        """Tell this warehouse from the others of its home, in names of files and folders."""
        return f"{self.engine}-{self.prefix}"

    @property
    def is_local(self) -> bool:
        """Whether the host is this machine's loopback name or address; anything else needs TLS."""
        return is_loopback(self.host)

    def account(self, role: str) -> Account:
        """Return the account of `role`; raises LodeError when there is none to be found."""
        if role not in (*ROLES, LEGACY):
            raise ValueError(f"no such role: {role}")
        given = self.credentials.get(role, Credential())
        if given.user and given.password:
            return Account(given.user, given.password)
        secret_name = self._secret_name(role)
        if secret_name:
            secret = fetch_secret(secret_name)
            return Account(given.user or secret.username, given.password or secret.password)
        if self.is_private and role != LEGACY:
            return self._local_account(role, given)
        variable = f"LODE_{role.upper()}"
        raise LodeError(
            f"No credentials for the {role} account: set {variable}_USER and {variable}_PASSWORD,"
            f" or {variable}_SECRET."
        )

    def schema(self, layer: str) -> str:
        """Return the database schema of a layer, or of `audit`, which is none: the audit log."""
        if layer not in (*LAYERS, "audit"):
            raise ValueError(f"no such layer: {layer}")
        return f"{self.prefix}_{layer}"

    def with_prefix(self, prefix: str) -> Settings:
        """Return the same settings for another set of schemas on the same server."""
        return replace(self, prefix=_checked_prefix(prefix))

    def renewed_account(self, role: str) -> Account | None:
        """Return the account with its secret fetched again; None if no secret is used for it."""
        given = self.credentials.get(role, Credential())
        if (given.user and given.password) or not self._secret_name(role):
            return None
        fetch_secret.cache_clear()
        return self.account(role)

    def account_origin(self, role: str) -> str:
        """Say where a role's account comes from, without asking for it and without its password."""
        given = self.credentials.get(role, Credential())
        if given.user and given.password:
            return f"user {given.user}, from LODE_{role.upper()}_USER and _PASSWORD"
        secret_name = self._secret_name(role)
        if secret_name:
            return f"secret {secret_name}"
        if self.is_private and role != LEGACY:
            found = state.read_accounts(self.server_home, self.prefix).get(role)
            return f"user {found[0]}, of the local server" if found else "not provisioned yet"
        return "not set"

    def public_environment(self) -> dict[str, str]:
        """Return the settings as environment variables, without any credential."""
        values = {
            "LODE_HOME": str(self.home),
            "LODE_ENGINE": self.engine,
            "LODE_TARGET": self.target,
            "LODE_DB_PREFIX": self.prefix,
            "LODE_DEDUP_MEMORY": self.dedup_memory,
            "LODE_RELEASE_ABOVE": str(self.release_above),
            "LODE_FRESH_WITHIN_DAYS": str(self.fresh_within_days),
        }
        if self.tls_ca is not None:
            values["LODE_DB_TLS_CA"] = str(self.tls_ca)
        if self.legacy_tls_ca is not None:
            values["LODE_LEGACY_TLS_CA"] = str(self.legacy_tls_ca)
        given = {"LODE_LANDING": self.landing, "LODE_LOAD_FROM_S3": self.load_from_s3}
        return values | {name: value for name, value in given.items() if value}

    def dbt_environment(self, has_credentials: bool = True) -> dict[str, str]:
        """Return what profiles.yml and the launcher read; parsing needs none of the credentials."""
        values = self.public_environment() | {
            "DBT_PROFILES_DIR": str(self.root),
            # dbt must not phone home, neither for usage nor for its newest version.
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
            "LODE_SQL_MODE": SQL_MODE,
            "LODE_TIME_ZONE": TIME_ZONE,
        }
        if has_credentials:
            account = self.account("transformer")
            values |= {
                "LODE_DB_HOST": self.host,
                "LODE_DB_PORT": str(self.port),
                "LODE_DB_IS_LOCAL": "true" if self.is_local else "false",
                "LODE_TRANSFORMER_USER": account.user,
                # dbt keeps variables with this beginning out of its logs and its manifest.
                "DBT_ENV_SECRET_LODE_TRANSFORMER_PASSWORD": account.password,
            }
        return values

    def _local_account(self, role: str, given: Credential) -> Account:
        """Return an account of the private server, as provisioning has remembered it."""
        found = state.read_accounts(self.server_home, self.prefix).get(role)
        if found is None:
            raise LodeError(
                f"The local server has no accounts for {self.prefix} yet: run `lode server start`."
            )
        return Account(given.user or found[0], given.password or found[1])

    def _secret_name(self, role: str) -> str | None:
        """Return the secret of a role; the common one is for the warehouse's own roles only."""
        own = self.credentials.get(role, Credential()).secret
        return own or (self.secret if role != LEGACY else None)

    def _secrets(self) -> list[Secret]:
        """Return the configured secrets, the common one first (for host and port)."""
        names = [self.secret, *(self.credentials.get(role, Credential()).secret for role in ROLES)]
        return [fetch_secret(name) for name in dict.fromkeys(names) if name]


def find_root() -> Path:
    """Return the project's root folder, which holds this package and dbt_project.yml."""
    return Path(__file__).resolve().parent.parent


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `env` (default: the process environment); LodeError on a bad one."""
    values = {key: value for key, value in (os.environ if env is None else env).items() if value}
    root = find_root()
    return Settings(
        root=root,
        home=path_of(values, "LODE_HOME") or root / ".local",
        engine=choice_of(values, "LODE_ENGINE", ENGINES),
        target=choice_of(values, "LODE_TARGET", TARGETS, "local"),
        prefix=_checked_prefix(values.get("LODE_DB_PREFIX", "motherlode")),
        given_host=values.get("LODE_DB_HOST"),
        given_port=port_of(values, "LODE_DB_PORT"),
        tls_ca=path_of(values, "LODE_DB_TLS_CA"),
        secret=values.get("LODE_DB_SECRET"),
        credentials={role: _credential(values, role) for role in (*ROLES, LEGACY)},
        landing=s3_prefix_of(values, "LODE_LANDING"),
        load_from_s3=s3_prefix_of(values, "LODE_LOAD_FROM_S3"),
        legacy_tls_ca=path_of(values, "LODE_LEGACY_TLS_CA"),
        dedup_memory=size_of(values, "LODE_DEDUP_MEMORY", DEDUP_MEMORY),
        release_above=count_of(values, "LODE_RELEASE_ABOVE", RELEASE_ABOVE),
        fresh_within_days=count_of(values, "LODE_FRESH_WITHIN_DAYS", FRESH_WITHIN_DAYS),
        search_pepper=pepper_of(values, "LODE_SEARCH_PEPPER"),
    )


def _checked_prefix(prefix: str) -> str:
    if PREFIX_PATTERN.fullmatch(prefix) is None:
        raise LodeError(
            f"LODE_DB_PREFIX is {prefix!r}: use at most 20 lower-case letters, digits and"
            " underscores, a letter first and not `_dry` last."
        )
    return prefix


def _credential(values: Mapping[str, str], role: str) -> Credential:
    variable = f"LODE_{role.upper()}"
    return Credential(
        user=values.get(f"{variable}_USER"),
        password=values.get(f"{variable}_PASSWORD"),
        secret=values.get(f"{variable}_SECRET"),
    )
