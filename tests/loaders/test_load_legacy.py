"""Loading tables of a live legacy server: as a dump of them would be loaded, or one sentence."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from killed_process import environment
from legacy_source import HOSTS, Legacy, legacy_database
from loaded_rows import loaded, query, write
from test_loaders_cli import events, lode
from typer.testing import CliRunner

from loaders.dry_run import dry_run
from loaders.landing import landed_path
from loaders.legacy import extract as extract_module
from loaders.load import load_file
from loaders.replay import replay
from lode.cli import build_app
from lode.errors import LodeError
from lode.server import PrivateServer
from lode.settings import LEGACY, Credential, Settings

pytestmark = pytest.mark.database

CLIENT = shutil.which("mariadb-dump") or shutil.which("mysqldump")
TABLES = (
    "create table customers (id int primary key auto_increment, first_name varchar(40) character"
    " set latin1, last_name varchar(40), email varchar(99), born date, photo blob, balance"
    " decimal(9,2), seen timestamp null, flags bit(3))",
    "insert into customers values"
    " (5, 'Zoë', 'O\\'Neil', 'a@example.com', '0000-00-00', x'00ff', -1.5,"
    " '2020-01-02 03:04:05', 5),"
    " (2, '', null, 'b@example.com', '2001-02-03', '', 2, null, null),"
    " (9, null, 'line\\nend', 'c@example.com', null, null, null, null, b'1')",
    "create table addresses (customer int, city varchar(40), key (customer))",
    "insert into addresses values (2, 'Springfield'), (5, 'Zürich')",
    "create table vacant (email varchar(9), name varchar(9))",
    "create view people as select email, last_name from customers where id > 2",
    "create table books (isbn int primary key, title text)",
    "insert into books values (1, 'x')",
    "create view broken as select isbn, email, last_name from customers, books",
    "alter table books rename column isbn to id",
)
QUERY = """
name: joined
version: 1
feed: people
query: |
  select c.email, d.last_name, a.city
  from Customers c join addresses a on a.customer = c.id join CUSTOMERS d on d.id = c.id
requires: [[email_1]]
columns: {email_1: [email], last_name: [last_name], city: [city]}
"""
COLUMNS = ("first_name", "last_name", "email_1", "extra")


@pytest.fixture(scope="module")
def legacy(warehouse_module: Settings) -> Iterator[Legacy]:
    with legacy_database(warehouse_module) as found:
        found.run(*TABLES)
        yield found


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_module, "CHUNK_ROWS", 2)
    monkeypatch.setattr(extract_module, "WAIT_SECONDS", 0.01)


def extracts(settings: Settings) -> list[Path]:
    return [path for path in (settings.home / "extracts").glob("*") if path.is_dir()]


def test_a_table_is_loaded_once_and_again_when_it_changed(legacy: Legacy) -> None:
    result = load_file(legacy.url, legacy.settings, table="Customers")
    assert (result.status, result.row_count, result.loaded_count) == ("LOADED", 3, 3)
    assert (result.filename, result.source_table) == (
        f"{legacy.database}.customers.sqlite", "customers",
    )  # fmt: skip
    assert loaded(legacy.settings, result, *COLUMNS)[1:] == [
        (2, "Zoë", "O'Neil", "a@example.com",
         {"born": "0000-00-00", "photo": "00ff", "balance": "-1.50",
          "seen": "2020-01-02 03:04:05", "flags": "05"}),
        (3, None, "line\nend", "c@example.com", {"flags": "01"}),
    ]  # fmt: skip
    assert not extracts(legacy.settings)
    again = load_file(legacy.url, legacy.settings, table="customers")
    assert (again.is_duplicate, again.import_id) == (True, result.import_id)
    legacy.run("update customers set last_name = 'Changed' where id = 9")
    changed = load_file(legacy.url, legacy.settings, table="customers")
    assert not changed.is_duplicate
    assert loaded(legacy.settings, changed, *COLUMNS)[2][2] == "Changed"
    legacy.run("update customers set last_name = 'line\\nend' where id = 9")
    assert load_file(legacy.url, legacy.settings, table="customers").import_id == result.import_id


@pytest.mark.skipif(CLIENT is None, reason="no client that dumps is here")
def test_it_equals_loading_a_dump_of_the_table(legacy: Legacy, tmp_path: Path) -> None:
    path = tmp_path / "customers.sql"
    assert CLIENT is not None
    done = subprocess.run(
        [
            CLIENT, "--no-defaults", f"--socket={PrivateServer(legacy.settings).socket}",
            f"--user={legacy.user}", f"--password={legacy.password}", "--skip-lock-tables",
            "--no-tablespaces", "--default-character-set=utf8mb4", f"--result-file={path}",
            legacy.database, "customers",
        ],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    of_dump = load_file(path, legacy.settings)
    live = load_file(legacy.url, legacy.settings, table="customers")
    assert of_dump.import_id != live.import_id
    names = [
        name
        for (name,) in query(
            legacy.settings,
            "select column_name from information_schema.columns where table_schema = database()"
            " and table_name = 'staging_raw_import' and column_name not in"
            " ('record_id', 'import_seq', 'loaded_at')",
        )
    ]
    assert "extra" in names
    assert loaded(legacy.settings, live, *names) == loaded(legacy.settings, of_dump, *names)


def test_several_tables_become_one_feed(legacy: Legacy, tmp_path: Path) -> None:
    own = write(tmp_path, "joined.yml", QUERY)
    result = load_file(legacy.url, legacy.settings, mapping_file=own)
    assert result.filename == f"{legacy.database}.query joined.sqlite"
    assert sorted(loaded(legacy.settings, result, "email_1", "last_name", "city")) == [
        (1, "a@example.com", "O'Neil", "Zürich"),
        (2, "b@example.com", None, "Springfield"),
    ]
    with pytest.raises(LodeError, match="leave --table out"):
        load_file(legacy.url, legacy.settings, mapping_file=own, table="customers")


def test_a_view_and_the_landed_file_replayed(legacy: Legacy) -> None:
    result = load_file(legacy.url, legacy.settings, table="people")
    assert result.row_count == 2
    (place,) = query(
        legacy.settings,
        "select s3_location from import_metadata where import_id = %s",
        (result.import_id,),
    )[0]
    assert landed_path(place, legacy.settings).read_bytes().startswith(b"SQLite format 3")
    again = replay(result.import_id, legacy.settings, mode="full")
    assert again.row_count == 2


def test_what_was_fetched_is_kept_until_it_is_loaded(
    legacy: Legacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loaders import load as load_module

    legacy.run("insert into customers (email) values ('kept@example.com')")

    def failing(*_: Any) -> None:
        raise LodeError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(load_module, "check_file", failing)
        with pytest.raises(LodeError, match="disk is full"):
            load_file(legacy.url, legacy.settings, table="customers")
    (folder,) = extracts(legacy.settings)
    assert sorted(path.name for path in folder.iterdir()) == ["work.sqlite"]
    assert folder.stat().st_mode & 0o077 == 0
    assert load_file(legacy.url, legacy.settings, table="customers").row_count == 4
    assert not extracts(legacy.settings)
    legacy.run("delete from customers where email = 'kept@example.com'")


@pytest.mark.parametrize(
    ("url", "table", "sentence"),
    [
        ("{url}", None, "has several tables; name one with --table: addresses, books, "),
        ("{url}", "nothing", "has no table nothing that the account may see; it has addresses"),
        ("{url}", "vacant", "The table vacant of {database}.vacant.sqlite has no rows"),
        ("{url}", "books", "has columns of no known set (id, title)"),
        ("{url}", "broken", "the view refers to what is gone"),
        ("{place}/no_such_thing", "a", "no_such_thing"),
        ("{place}/{prefix}_raw", "a", "is a schema of this warehouse itself"),
        ("{place}/", "a", "does not name one database"),
        ("{place}/{database}/customers", None, "does not name one database"),
        ("{place}/{database}?ssl=0", None, "is no address of a database"),
        ("mysql://127.0.0.1:port/db", None, "is no address of a database"),
        ("mysql:///db", None, "is no address of a database"),
        ("mysql://jane:canary@127.0.0.1/db", None, "has no user and no password in it"),
        ("mysql://127.0.0.1:1/db", None, "does not answer, and 3 retries failed"),
        ("mysql://127.1:{port}/{database}", "customers", "No verified TLS connection to 127.1"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    legacy: Legacy, url: str, table: str | None, sentence: str
) -> None:
    port = legacy.settings.port
    parts = {
        "url": legacy.url, "place": f"mysql://127.0.0.1:{port}", "database": legacy.database,
        "prefix": legacy.settings.prefix, "port": port,
    }  # fmt: skip
    before = query(legacy.settings, "select count(*) from import_metadata")
    with pytest.raises(LodeError) as caught:
        load_file(url.format(**parts), legacy.settings, table=table)
    assert sentence.format(**parts) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert legacy.password not in str(caught.value)
    assert "canary" not in str(caught.value)
    assert query(legacy.settings, "select count(*) from import_metadata") == before
    for folder in extracts(legacy.settings):
        shutil.rmtree(folder)


def test_archive_options_are_refused(legacy: Legacy) -> None:
    with pytest.raises(LodeError, match="is a database and no file"):
        load_file(legacy.url, legacy.settings, table="customers", member="a.csv")


@pytest.mark.parametrize(
    ("credential", "sentence"),
    [
        (Credential(), "No credentials for the legacy account: set LODE_LEGACY_USER"),
        (Credential("{user}", "wrong"), "refused the account {user}: check LODE_LEGACY_USER"),
    ],
)
def test_without_the_right_account(legacy: Legacy, credential: Credential, sentence: str) -> None:
    user = (credential.user or "").format(user=legacy.user) or None
    settings = replace(
        legacy.settings, credentials={LEGACY: replace(credential, user=user)}, secret=None
    )
    with pytest.raises(LodeError) as caught:
        load_file(legacy.url, settings, table="customers")
    assert sentence.format(user=legacy.user) in str(caught.value)


def test_tables_that_may_not_be_read_whole(legacy: Legacy) -> None:
    with legacy_database(legacy.settings) as other:
        other.run("create table t (email varchar(9), name varchar(9), secret int)")
        with PrivateServer(legacy.settings).admin() as admin, admin.cursor() as cursor:
            for host in HOSTS:
                cursor.execute(
                    f"revoke select on {other.database}.* from %s@%s", (other.user, host)
                )
        with pytest.raises(LodeError, match=r"lets the account .* see nothing of the database"):
            load_file(other.url, other.settings, table="t")
        with PrivateServer(legacy.settings).admin() as admin, admin.cursor() as cursor:
            for host in HOSTS:
                cursor.execute(
                    f"grant select (email, name) on {other.database}.t to %s@%s", (other.user, host)
                )
        with pytest.raises(LodeError, match="no right to read all of the table"):
            load_file(other.url, other.settings, table="t")


def test_a_database_is_looked_into_without_an_extract(
    legacy: Legacy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (environment(legacy.settings) | legacy.environment).items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> str:
        done = CliRunner().invoke(build_app(), [str(argument) for argument in arguments])
        assert done.exit_code == 0, done.exception
        return done.output

    own, table = tmp_path / "own.yml", ("--table", "customers")
    listed = [line.split()[:3] for line in run("tables", legacy.url).splitlines()]
    assert ["customers", "3", "id,"] in listed
    assert ["people", "2", "email,"] in listed
    assert "broken" in [words[0] for words in listed]
    suggested = run("map", "suggest", legacy.url, *table, "--to", own)
    assert ["email", "email_1"] in [line.split()[:2] for line in suggested.splitlines()]
    checked = run("map", "check", own, legacy.url, *table)
    assert ["first_name", "first_name"] in [line.split() for line in checked.splitlines()]
    assert not extracts(legacy.settings)


def test_the_command_tells_steps_and_no_secret(legacy: Legacy) -> None:
    done = lode(
        legacy.settings, "load", legacy.url, "mysql://jane:canary@127.0.0.1/db", "--table",
        "customers", "--no-run", **legacy.environment,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("lode: A mysql:// address has no user")
    told = events(done.stdout)
    steps = [event["step"] for event in told if event["event"] == "step"]
    assert steps[:3] == ["connecting", "extracting customers", "comparing with the source"]
    assert [event["event"] for event in told][-2:] == ["done", "failed"]
    log = (legacy.settings.home / "logs" / "lode.jsonl").read_text(encoding="utf-8")
    for secret in ("canary", "jane", legacy.password):
        assert secret not in done.stdout + done.stderr + log


def test_a_dry_run_reads_the_server_and_keeps_nothing(legacy: Legacy) -> None:
    before = query(legacy.settings, "select count(*) from import_metadata")
    work = extracts(legacy.settings)
    legacy.run("update customers set last_name = 'Dry' where id = 9")
    with dry_run(legacy.settings) as attempt:
        result = load_file(legacy.url, attempt.settings, table="people")
        assert (result.row_count, result.is_duplicate) == (2, False)
        dry_home = attempt.settings.home
    assert query(legacy.settings, "select count(*) from import_metadata") == before
    assert extracts(legacy.settings) == work
    assert not [path for path in dry_home.rglob("*") if path.suffix == ".sqlite"]
