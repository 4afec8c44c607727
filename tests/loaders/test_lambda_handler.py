"""The Lambda function: every form of event, repeats, wrong order, odd keys, files handed on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest
from killed_process import environment
from loaded_rows import query
from s3_server import BUCKET, keys, put, s3_server

from loaders.lambda_handler import handler
from loaders.landing import landing_root
from loaders.s3 import S3Address
from loaders.s3_events import Notice, UnreadableError, notices
from lode.errors import LodeError
from lode.settings import Settings, load_settings

KEY = "in/Jänner 2026 + more (1)%20.csv"
TEST_EVENT = {
    "Service": "Amazon S3",
    "Event": "s3:TestEvent",
    "Time": "2026-01-02T03:04:05.123Z",
    "Bucket": BUCKET,
    "RequestId": "5582815E1AEA5ADF",
    "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR",
}


def people(*numbers: int) -> bytes:
    lines = [f"P{number},p{number}@example.com\n" for number in numbers]
    return ("name,email\n" + "".join(lines)).encode()


def s3_record(
    key: str, name: str = "ObjectCreated:Put", version: str | None = None, sequencer: str = "0C0F"
) -> dict[str, Any]:
    entity = {"key": quote_plus(key, safe="/"), "size": 5, "eTag": "b21b", "sequencer": sequencer}
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-01-02T03:04:05.123Z",
        "eventName": name,
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "cfg",
            "bucket": {"name": BUCKET, "arn": f"arn:aws:s3:::{BUCKET}"},
            "object": entity | ({"versionId": version} if version else {}),
        },
    }


def s3_event(*found: Any) -> dict[str, Any]:
    return {"Records": [s3_record(one) if isinstance(one, str) else one for one in found]}


def sns_event(message: Any) -> dict[str, Any]:
    sns = {"Type": "Notification", "Subject": "Amazon S3", "Message": json.dumps(message)}
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": sns}]}


def sqs_event(*bodies: Any) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "r",
                "eventSource": "aws:sqs",
                "body": body if isinstance(body, str) else json.dumps(body),
            }
            for number, body in enumerate(bodies, start=1)
        ]
    }


def eventbridge_event(key: str, kind: str = "Object Created") -> dict[str, Any]:
    entity = {"key": key, "size": 5, "etag": "b21b", "version-id": "v1", "sequencer": "0064"}
    return {
        "version": "0",
        "detail-type": kind,
        "source": "aws.s3",
        "resources": [f"arn:aws:s3:::{BUCKET}"],
        "detail": {
            "version": "0",
            "bucket": {"name": BUCKET},
            "object": entity,
            "reason": "PutObject",
        },
    }


@pytest.mark.parametrize(
    ("event", "version"),
    [
        (s3_event(KEY), None),
        (s3_event(s3_record(KEY, "ObjectCreated:CompleteMultipartUpload", "v1")), "v1"),
        (sns_event(s3_event(KEY)), None),
        (json.dumps(s3_event(KEY)), None),
        ({"Type": "Notification", "Message": json.dumps(s3_event(KEY))}, None),
        (eventbridge_event(KEY), "v1"),
    ],
)
def test_every_form_names_the_same_object(event: Any, version: str | None) -> None:
    assert notices(event) == [Notice(S3Address(BUCKET, KEY, version), is_new=True)]


@pytest.mark.parametrize(
    "event",
    [
        s3_event(s3_record(KEY, "ObjectRemoved:Delete")),
        s3_event("in/folder/"),
        eventbridge_event(KEY, "Object Deleted"),
        eventbridge_event(KEY, "Object Tags Added"),
    ],
)
def test_what_is_no_new_file_is_known(event: Any) -> None:
    assert [notice.is_new for notice in notices(event)] == [False]


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        None,
        "not JSON",
        {"Records": [{"eventSource": "aws:kinesis"}]},
        {"Records": [s3_record(KEY) | {"eventVersion": "3.0"}]},
        sns_event("hello"),
    ],
)
def test_other_messages_are_a_sentence(event: Any) -> None:
    with pytest.raises(UnreadableError, match="is no notification of S3"):
        notices(event)


def test_the_message_that_tries_the_connection_names_nothing() -> None:
    assert notices(TEST_EVENT) == notices(sns_event(TEST_EVENT)) == []


def test_without_a_landing_zone_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LODE_LANDING", raising=False)
    with pytest.raises(LodeError, match="LODE_LANDING is not set"):
        handler(s3_event(KEY))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with s3_server(monkeypatch) as url:
        yield url


@pytest.fixture
def function(bucket: str, warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The environment of the function: a bucket, a warehouse, a landing zone."""
    for name in [name for name in os.environ if name.startswith("LODE_")]:
        monkeypatch.delenv(name)
    for name, value in environment(warehouse).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LODE_LANDING", f"s3://{BUCKET}/lake")
    return warehouse


def outcomes(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["key"], one["outcome"]) for one in answer["objects"]]


def counts(settings: Settings) -> list[tuple[Any, ...]]:
    return query(settings, "select filename, row_count, status from import_metadata order by id")


@pytest.mark.database
def test_real_notifications_through_sqs(
    function: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = boto3.client("sqs").create_queue(QueueName="arrivals")["QueueUrl"]
    boto3.client("s3").put_bucket_notification_configuration(
        Bucket=BUCKET,
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "QueueArn": "arn:aws:sqs:us-east-1:123456789012:arrivals",
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
                }
            ]
        },
    )
    put(KEY, people(1, 2))
    put("elsewhere.csv", people(3))
    received = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    bodies = [message["Body"] for message in received["Messages"]]
    assert any("s3:TestEvent" in body for body in bodies)
    answer = handler(sqs_event(*bodies))
    assert outcomes(answer) == [(KEY, "loaded")]
    assert answer["batchItemFailures"] == []
    assert answer["objects"][0]["row_count"] == 2
    assert counts(function) == [(KEY.removeprefix("in/"), 2, "LOADED")]
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == answer["objects"][0]


@pytest.mark.database
def test_repeats_and_wrong_order_change_nothing(function: Settings) -> None:
    boto3.client("s3").put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )
    first, second = (put("in/a.csv", people(*range(n)))["VersionId"] for n in (2, 3))
    late = s3_event(s3_record("in/a.csv", version=second, sequencer="0C10"))
    early = s3_event(s3_record("in/a.csv", version=first, sequencer="C0F"))
    assert outcomes(handler(late)) == [("in/a.csv", "loaded")]
    assert outcomes(handler(early)) == [("in/a.csv", "loaded")]
    assert outcomes(handler(late)) == outcomes(handler(early)) == [("in/a.csv", "duplicate")]
    # Twice in one event, and under another name.
    put("in/b.csv", people(0, 1))
    again = handler(s3_event("in/b.csv", "in/b.csv"))
    assert outcomes(again) == [("in/b.csv", "duplicate")] * 2
    assert [row[1] for row in counts(function)] == [3, 2]
    assert len(keys("lake/raw-uploads/")) == 2


@pytest.mark.database
def test_each_message_has_its_own_fate(function: Settings) -> None:
    put("in/good.csv", people(1))
    put("in/poison.csv", b"title,isbn\nA,1\n")
    put("in/empty.csv", b"")
    put("in/half.csv.part", people(2))
    put("lake/error-logs/imp_1/errors.csv", people(3))
    answer = handler(
        sqs_event(
            s3_event("in/poison.csv", "in/good.csv"),
            s3_event("in/deleted.csv"),
            "not JSON",
            s3_event("in/empty.csv"),
            s3_event("in/half.csv.part", "lake/error-logs/imp_1/errors.csv"),
            s3_event(s3_record("in/good.csv", "ObjectRemoved:Delete")),
            TEST_EVENT,
        )
    )
    assert [(one.get("key"), one["outcome"]) for one in answer["objects"]] == [
        ("in/poison.csv", "refused"),
        ("in/good.csv", "loaded"),
        ("in/deleted.csv", "absent"),
        (None, "failed"),
        ("in/empty.csv", "refused"),
        ("in/half.csv.part", "ignored"),
        ("lake/error-logs/imp_1/errors.csv", "ignored"),
        ("in/good.csv", "ignored"),
    ]
    assert "columns of no known set" in answer["objects"][0]["error"]
    assert answer["batchItemFailures"] == [{"itemIdentifier": "m3"}]
    assert counts(function) == [("good.csv", 1, "LOADED")]
    json.dumps(answer)


@pytest.mark.database
def test_without_the_database_everything_comes_again(
    function: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("in/a.csv", people(1))
    account = function.account("loader")
    with monkeypatch.context() as patch:
        patch.setenv("LODE_DB_HOST", "127.0.0.1")
        patch.setenv("LODE_DB_PORT", "1")
        patch.setenv("LODE_LOADER_USER", account.user)
        patch.setenv("LODE_LOADER_PASSWORD", account.password)
        with pytest.raises(LodeError, match="1 of 1 objects could not be loaded now"):
            handler(s3_event("in/a.csv"))
        answer = handler(sqs_event(s3_event("in/a.csv")))
    assert answer["batchItemFailures"] == [{"itemIdentifier": "m1"}]
    assert outcomes(handler(s3_event("in/a.csv"))) == [("in/a.csv", "loaded")]


@pytest.mark.database
def test_large_files_are_handed_on(function: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from loaders.load import load_file

    put(KEY, people(1, 2, 3))
    monkeypatch.setenv("LODE_LAMBDA_LIMIT_BYTES", "20")
    with pytest.raises(LodeError, match="set LODE_HANDOFF_QUEUE"):
        handler(s3_event(KEY))
    monkeypatch.setenv("LODE_HANDOFF_QUEUE", "http://127.0.0.1/0/nowhere")
    with pytest.raises(LodeError, match="could not be handed on"):
        handler(s3_event(KEY))
    queue = boto3.client("sqs").create_queue(QueueName="large")["QueueUrl"]
    monkeypatch.setenv("LODE_HANDOFF_QUEUE", queue)
    assert outcomes(handler(s3_event(KEY))) == [(KEY, "handed on")]
    assert counts(function) == []
    [message] = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    order = json.loads(message["Body"])
    assert order == {
        "url": f"s3://{BUCKET}/{KEY}",
        "bucket": BUCKET,
        "key": KEY,
        "versionId": None,
        "size": len(people(1, 2, 3)),
    }
    # What the task without a time limit does.
    assert load_file(order["url"], load_settings()).loaded_count == 3
    monkeypatch.setenv("LODE_LAMBDA_LIMIT_BYTES", "many")
    with pytest.raises(LodeError, match="LODE_LAMBDA_LIMIT_BYTES is 'many'"):
        handler(s3_event(KEY))


@pytest.mark.database
def test_an_upload_into_the_landing_zone_is_registered_in_place(function: Settings) -> None:
    place = "raw-uploads/2026/01/02/03/list+é_20260102_030405.csv"
    put(f"lake/{place}", people(1))
    assert outcomes(handler(eventless(f"lake/{place}"))) == [(f"lake/{place}", "loaded")]
    assert query(function, "select s3_location from import_metadata") == [(place,)]
    assert keys("lake/") == [f"lake/{place}"]
    cached = landing_root(load_settings()) / place
    assert not list(cached.parent.iterdir())


def eventless(key: str) -> dict[str, Any]:
    """An event by EventBridge of a bucket without versions."""
    event = eventbridge_event(key)
    del event["detail"]["object"]["version-id"]
    return event
