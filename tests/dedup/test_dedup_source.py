"""Reading through connectorx: right types, least privilege, no password in any error."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from canonical_warehouse import STG_PEOPLE, create_canonical
from generated_people import Record, make_records
from joined_people import canonical_tables, join_records
from literal_people import NICKNAME_TABLE, featured, person, tables

from dedup import source
from dedup.database import open_database
from dedup.features import build_features, read_nicknames
from dedup.model import DEFAULT_PATH
from dedup.settings import DedupRules, TrainingRules
from dedup.source import read_persons, read_records
from dedup.training_run import train_and_save
from lode.db import connect
from lode.errors import LodeError
from lode.settings import Account, Settings

SECRET = "p@ss/wo:rd?%23"


def test_nicknames_come_from_the_seed(tmp_path: Path) -> None:
    assert read_nicknames(tmp_path).num_rows == 0
    folder = tmp_path / "seeds" / "names"
    folder.mkdir(parents=True)
    (folder / "nicknames.csv").write_text("name,formal_name\nBob,Robert\nbob,\n")
    assert read_nicknames(tmp_path).to_pylist() == [{"name": "bob", "formal_name": "robert"}]


@dataclass(frozen=True)
class Unreachable:
    """Settings of a server that nobody runs."""

    host: str = "127.0.0.1"
    port: int = 9
    is_local: bool = True
    tls_ca: Path | None = None

    def account(self, role: str) -> Account:
        return Account("someone", SECRET)

    def schema(self, layer: str) -> str:
        return f"nowhere_{layer}"


def test_password_is_in_no_error(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(url: str, *_: object, **__: object) -> None:
        raise RuntimeError(f"can't open {url} with {SECRET}\nsecond line")

    monkeypatch.setattr(source.connectorx, "read_sql", refuse)
    with pytest.raises(LodeError) as error:
        source._read(Unreachable(), "loader", "canonical", "select 1")  # type: ignore[arg-type]
    assert error.value.__cause__ is None
    assert error.value.__context__ is None
    shown = str(error.value) + "".join(capfd.readouterr())
    for form in (SECRET, "p%40ss%2Fwo%3Ard%3F%2523"):
        assert form not in shown
    assert "second line" not in shown


def test_tls_is_required_of_a_server_that_is_not_local(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(source.connectorx, "read_sql", lambda url, *_, **__: seen.append(url))
    remote = Unreachable(host="db.example.com", is_local=False, tls_ca=Path("/ca bundle.pem"))
    source._read(remote, "loader", "canonical", "select 1")  # type: ignore[arg-type]
    assert seen[0].endswith("?ssl-mode=VERIFY_IDENTITY&ssl-ca=/ca%20bundle.pem")


@pytest.mark.database
def test_features_are_the_same_from_the_server_as_from_memory(warehouse: Settings) -> None:
    records = make_records(people=300, seed=91)
    canonical = canonical_tables(records, join_records(records))
    create_canonical(warehouse, canonical)
    query = "select * from features order by unique_id"
    with featured(canonical) as (database, expected):
        in_memory = database.execute(query).fetchall()
    with open_database() as database:
        built = build_features(database, read_persons(warehouse), NICKNAME_TABLE, DedupRules())
        assert database.execute(query).fetchall() == in_memory
    assert built == expected


@pytest.mark.database
def test_partitioned_read_gives_every_person(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_canonical(warehouse, tables(*[person(10**18 + n, "Ann", "Smith") for n in range(40)]))
    monkeypatch.setattr(source, "PARTITION_FROM", 1)
    ids = read_persons(warehouse)["persons"].column("id").to_pylist()
    assert sorted(ids) == [10**18 + n for n in range(40)]


def _staged(record: Record) -> tuple[object, ...]:
    names = (record.first, record.middle, record.last, record.suffix)
    emails = [*record.emails, None, None][:2]
    phones = [*record.phones, None, None, None][:3]
    home = record.home
    where = (home.street_key or None, home.city, home.state, home.zip or None, "US")
    return (
        record.record_id,
        *(name or None for name in names),
        *emails,
        *phones,
        *where,
        record.born or None,
        None,
    )


def fill_stg_people(settings: Settings, people: int) -> int:
    records = make_records(people, seed=93)
    values = [_staged(one) for one in records]
    holes = ", ".join(["%s"] * len(values[0]))
    with (
        connect("transformer", settings, schema="staging", autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(STG_PEOPLE)
        cursor.executemany(f"insert into stg_people values ({holes})", values)
    return len(values)


@pytest.mark.database
def test_training_reads_single_records_and_saves_a_model(
    warehouse: Settings,
) -> None:
    count = fill_stg_people(warehouse, 2_500)
    rules = DedupRules(training=TrainingRules(random_pairs=2e5, em_pairs=1e5))
    assert read_records(warehouse)["persons"].num_rows == count
    result = train_and_save(warehouse, rules)
    assert result.path.is_file()
    assert result.model.record_count == count
    assert result.model.version != "default-1"
    assert DEFAULT_PATH.is_file()


@pytest.mark.database
def test_training_without_staging_says_what_to_run(warehouse: Settings) -> None:
    with pytest.raises(LodeError, match=r"no usable table .*stg_people yet"):
        train_and_save(warehouse)
