"""The landing zone in a bucket, on a real S3 server: whole, immutable, resumable, verified."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from killed_process import environment
from loaded_rows import query
from s3_server import BUCKET, bad_network, keys, put, read, s3_server, uploads, use_endpoint

from loaders import landing_store, s3
from loaders.check import check_file
from loaders.dry_run import dry_run
from loaders.landing import (
    free_places,
    incoming_copy,
    is_landed,
    land,
    landed_path,
    landing_root,
    settle,
)
from loaders.load import load_file
from loaders.remote import local_copy
from lode.errors import LodeError
from lode.settings import Settings, load_settings

SCRIPT = Path(__file__).with_name("land_until_killed.py")
KILLED_LOAD = Path(__file__).with_name("load_until_killed.py")
PLACE = "raw-uploads/2026/02/19/14/leads_20260219_140523.csv"
NOON = datetime(2026, 2, 19, 14, 5, 23)
LEADS = b"name,email\nAnn,a@example.com\nBen,b@example.com\n"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with s3_server(monkeypatch) as url:
        yield url


@pytest.fixture
def zone(tmp_path: Path, bucket: str) -> Settings:
    return load_settings(
        {"LODE_HOME": str(tmp_path / "home"), "LODE_LANDING": f"s3://{BUCKET}/lake/"}
    )


def leads(folder: Path, content: bytes = LEADS, name: str = "leads.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def large(folder: Path) -> Path:
    """A file of three parts and a bit."""
    line = b"Ann,a@example.com\n"
    return leads(folder, b"name,email\n" + line * (50 * 1024**2 // len(line)))


def landed(path: Path, settings: Settings, place: str = PLACE) -> tuple[Path, str]:
    with incoming_copy(check_file(path), settings) as incoming:
        return land(incoming, place, settings), incoming.checksum


def test_a_large_file_arrives_in_parts_and_whole(tmp_path: Path, zone: Settings) -> None:
    source = large(tmp_path)
    local, checksum = landed(source, zone)
    head = boto3.client("s3").head_object(Bucket=BUCKET, Key=f"lake/{PLACE}")
    assert head["ContentLength"] == source.stat().st_size > 48 * 1024**2
    assert head["Metadata"] == {"sha256": checksum}
    assert head["ETag"].endswith('-4"')
    assert hashlib.sha256(read(f"lake/{PLACE}")).hexdigest() == checksum
    assert is_landed(PLACE, checksum, zone)
    assert not is_landed(PLACE, "0" * 64, zone)
    assert local.read_bytes() == source.read_bytes()
    assert local.stat().st_mode & 0o222 == 0
    settle(PLACE, zone)
    assert not local.exists()
    # Whoever needs it later gets it from the bucket.
    again = landed_path(PLACE, zone)
    assert again == local
    assert again.read_bytes() == source.read_bytes()
    assert list((landing_root(zone) / ".incoming").iterdir()) == []


def test_a_whole_object_is_kept_and_no_other_is_overwritten(tmp_path: Path, zone: Settings) -> None:
    source = leads(tmp_path)
    landed(source, zone)
    before = boto3.client("s3").head_object(Bucket=BUCKET, Key=f"lake/{PLACE}")
    landed(source, zone)
    after = boto3.client("s3").head_object(Bucket=BUCKET, Key=f"lake/{PLACE}")
    assert after["LastModified"] == before["LastModified"]
    other = leads(tmp_path, b"name,email\nCem,c@example.com\n", "other.csv")
    with pytest.raises(LodeError, match="holds another file"):
        landed(other, zone)
    assert read(f"lake/{PLACE}") == LEADS
    places = free_places(check_file(other), NOON, "0" * 64, zone, first=PLACE)
    assert next(places) == "raw-uploads/2026/02/19/14/other_20260219_140523.csv"


def test_the_server_itself_refuses_to_overwrite(
    tmp_path: Path, zone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process lands its file between our look and our upload."""
    put(f"lake/{PLACE}", b"somebody else's")
    monkeypatch.setattr(landing_store.S3Store, "holds", lambda *_: False)
    for source in (leads(tmp_path), large(tmp_path)):
        with pytest.raises(LodeError, match="holds another file"):
            landed(source, zone)
    assert read(f"lake/{PLACE}") == b"somebody else's"
    assert uploads() == []


def test_killed_in_the_middle_of_an_upload_and_run_again(
    tmp_path: Path, zone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server says of every upload that it began in 2010.
    monkeypatch.setattr(landing_store, "UPLOAD_HOURS", 24 * 365 * 100)
    source = large(tmp_path)
    variables = {"LODE_HOME": str(zone.home), "LODE_LANDING": zone.landing}
    died = subprocess.run(
        [sys.executable, str(SCRIPT), json.dumps([variables, str(source), PLACE])],
        cwd=zone.root,
        capture_output=True,
        text=True,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert uploads() == [f"lake/{PLACE}"]
    assert keys() == []
    # An upload of somebody else that is under way is left alone.
    others = f"lake/{PLACE}.other"
    boto3.client("s3").create_multipart_upload(Bucket=BUCKET, Key=others)
    landed(source, zone)
    assert uploads() == [others]
    assert hashlib.sha256(read(f"lake/{PLACE}")).digest() == (
        hashlib.sha256(source.read_bytes()).digest()
    )


def test_uploads_of_long_ago_are_aborted(tmp_path: Path, zone: Settings) -> None:
    boto3.client("s3").create_multipart_upload(Bucket=BUCKET, Key="lake/raw-uploads/old")
    boto3.client("s3").create_multipart_upload(Bucket=BUCKET, Key="elsewhere/old")
    landed(leads(tmp_path), zone)
    assert uploads() == ["elsewhere/old"]


def test_an_object_that_was_exchanged_is_noticed(tmp_path: Path, zone: Settings) -> None:
    _, checksum = landed(leads(tmp_path), zone)
    settle(PLACE, zone)
    put(f"lake/{PLACE}", b"forged", Metadata={"sha256": checksum})
    with pytest.raises(LodeError, match="is not what was landed"):
        landed_path(PLACE, zone)
    assert not (landing_root(zone) / PLACE).exists()


def test_a_broken_network_is_tried_again(
    tmp_path: Path, zone: Settings, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bad_network(bucket, broken=2) as (url, connections):
        use_endpoint(monkeypatch, url)
        _, checksum = landed(leads(tmp_path), zone)
        assert len(connections) > 2
    use_endpoint(monkeypatch, bucket)
    assert is_landed(PLACE, checksum, zone)


def test_three_retries_then_a_sentence(
    tmp_path: Path, zone: Settings, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bad_network(bucket, broken=99) as (url, connections):
        use_endpoint(monkeypatch, url)
        with pytest.raises(LodeError, match=r"could not be reached .* after 3 retries"):
            landed(leads(tmp_path), zone)
        assert len(connections) == 4
    s3.client.cache_clear()


def test_refusals_are_sentences(tmp_path: Path, zone: Settings) -> None:
    nowhere = replace(zone, landing="s3://no-such-bucket/lake")
    with pytest.raises(LodeError, match="does not exist"):
        landed(leads(tmp_path), nowhere)
    with pytest.raises(LodeError, match="no address in S3"):
        s3.parse("s3://")
    with pytest.raises(LodeError, match="LODE_LANDING is 'ftp://x': write s3://bucket/prefix"):
        load_settings({"LODE_LANDING": "ftp://x"})


@pytest.mark.parametrize(
    ("url", "key", "version"),
    [
        ("s3://company/in/a b+c%20é.csv", "in/a b+c%20é.csv", None),
        ("s3://company/in/a.csv?versionId=v1", "in/a.csv", "v1"),
        ("S3://company/", "", None),
    ],
)
def test_keys_are_taken_as_they_are(url: str, key: str, version: str | None) -> None:
    address = s3.parse(url)
    assert (address.bucket, address.key, address.version) == ("company", key, version)
    assert s3.parse(str(address)) == address


def test_an_object_is_fetched_by_its_name_and_version(zone: Settings, bucket: str) -> None:
    boto3.client("s3").put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )
    first = put("in/näme + 1.csv", b"first")["VersionId"]
    put("in/näme + 1.csv", b"second")
    with local_copy(f"s3://{BUCKET}/in/näme + 1.csv", zone) as found:
        assert (found.path.name, found.path.read_bytes()) == ("näme + 1.csv", b"second")
        assert found.place is None
    with local_copy(f"s3://{BUCKET}/in/näme + 1.csv?versionId={first}", zone) as found:
        assert found.path.read_bytes() == b"first"
    assert not found.path.exists()
    put("lake/raw-uploads/x/a.csv", b"x")
    with local_copy(f"s3://{BUCKET}/lake/raw-uploads/x/a.csv", zone) as found:
        assert found.place == "raw-uploads/x/a.csv"


def test_what_is_too_large_is_not_downloaded(
    zone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("in/a.csv", LEADS)
    monkeypatch.setattr(s3, "MAXIMUM_FILE_BYTES", 10)
    monkeypatch.setattr(s3, "download", lambda *_: pytest.fail("downloaded"))
    with (
        pytest.raises(LodeError, match="the limit is"),
        local_copy(f"s3://{BUCKET}/in/a.csv", zone),
    ):
        pass


@pytest.mark.database
def test_loading_into_a_bucket(tmp_path: Path, bucket: str, warehouse: Settings) -> None:
    settings = replace(warehouse, landing=f"s3://{BUCKET}/lake")
    result = load_file(leads(tmp_path), settings)
    assert (result.row_count, result.loaded_count) == (2, 2)
    [(place,)] = query(settings, "select s3_location from import_metadata")
    assert read(f"lake/{place}") == LEADS
    assert not (landing_root(settings) / place).exists()


def places_and_files(settings: Settings) -> list[tuple[Any, ...]]:
    return query(
        settings, "select s3_location, filename, row_count from import_metadata order by id"
    )


@pytest.mark.database
def test_an_object_in_the_zone_is_registered_where_it_lies(
    bucket: str, warehouse: Settings
) -> None:
    settings = replace(warehouse, landing=f"s3://{BUCKET}")
    put(PLACE, LEADS)
    put("in/Jänner + 1.csv", LEADS + b"Cem,c@example.com\n")
    assert load_file(f"s3://{BUCKET}/{PLACE}", settings).loaded_count == 2
    assert keys("raw-uploads/") == [PLACE]
    assert load_file(f"s3://{BUCKET}/in/Jänner + 1.csv", settings).loaded_count == 3
    copies = [key for key in keys("raw-uploads/") if key != PLACE]
    assert len(copies) == 1
    assert read(copies[0]) == read("in/Jänner + 1.csv")
    # Overwritten by somebody: other bytes are another import, at a place of its own.
    put(PLACE, LEADS + b"Dua,d@example.com\n")
    third = load_file(f"s3://{BUCKET}/{PLACE}", settings)
    assert not third.is_duplicate
    found = places_and_files(settings)
    assert found[:2] == [
        (PLACE, "leads_20260219_140523.csv", 2),
        (copies[0], "Jänner + 1.csv", 3),
    ]
    assert found[2][0] != PLACE
    assert read(found[2][0]) == LEADS + b"Dua,d@example.com\n"
    assert load_file(f"s3://{BUCKET}/in/Jänner + 1.csv", settings).is_duplicate


@pytest.mark.database
def test_the_command_takes_an_address(bucket: str, warehouse: Settings) -> None:
    put("in/Jänner + 1.csv", LEADS)
    variables = {name: value for name, value in os.environ.items() if name[:5] != "LODE_"}
    url = f"s3://{BUCKET}/in/Jänner + 1.csv"
    arguments = ["load", url, f"s3://{BUCKET}/in/none.csv", "--no-run"]
    done = subprocess.run(
        [sys.executable, "-c", "from lode.cli import main; main()", *arguments],
        cwd=warehouse.root,
        env=variables | environment(warehouse) | {"LODE_LANDING": f"s3://{BUCKET}/lake"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert f"s3://{BUCKET}/in/none.csv does not exist" in done.stderr.splitlines()[0]
    assert [row[1:] for row in places_and_files(warehouse)] == [("Jänner + 1.csv", 2)]
    assert len(keys("lake/raw-uploads/")) == 1
    put("in/more.csv", LEADS + b"Eva,e@example.com\n")
    with dry_run(replace(warehouse, landing=f"s3://{BUCKET}/lake")) as attempt:
        assert load_file(url, attempt.settings).is_duplicate
        assert load_file(f"s3://{BUCKET}/in/more.csv", attempt.settings).row_count == 3
    assert len(places_and_files(warehouse)) == len(keys("lake/raw-uploads/")) == 1


@pytest.mark.database
@pytest.mark.parametrize(
    ("step", "moment"),
    [
        ("loaders.landing_store:_transfer", "before"),
        ("loaders.landing_store:_transfer", "after"),
        ("loaders.landing_store:_rename", "after"),
        ("loaders.writer:Writer.write", "after"),
        ("loaders.record_load:settle", "after"),
    ],
)
def test_a_load_that_was_killed_goes_on(
    tmp_path: Path, bucket: str, warehouse: Settings, step: str, moment: str
) -> None:
    source, variables = leads(tmp_path), {"LODE_LANDING": f"s3://{BUCKET}/lake"}
    variables |= environment(warehouse)
    died = subprocess.run(
        [sys.executable, str(KILLED_LOAD), json.dumps([variables, str(source), step, 1, moment])],
        cwd=warehouse.root,
        capture_output=True,
        text=True,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    settings = replace(warehouse, landing=f"s3://{BUCKET}/lake")
    result = load_file(source, settings)
    assert (result.loaded_count, result.attempt) == (2, 2)
    [(place, _, _)] = places_and_files(settings)
    assert keys() == [f"lake/{place}"]
    assert read(f"lake/{place}") == LEADS
    assert query(settings, "select count(*) from staging_raw_import") == [(2,)]
