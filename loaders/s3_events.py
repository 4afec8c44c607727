"""What S3 tells of new objects, in each of the forms in which it reaches a program.

S3's own records come alone, inside an SNS message, inside an SQS message or inside both; their keys
are URL-encoded with `+` for a blank. EventBridge has a form of its own, with keys as they are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from loaders.s3 import S3Address
from lode.errors import LodeError


@dataclass(frozen=True)
class Notice:
    """One object of which S3 says something; `is_new` unless it is about a removal or the like."""

    address: S3Address
    is_new: bool


class UnreadableError(LodeError):
    """A message that is none of the forms."""


def is_sqs(event: Any) -> bool:
    """Tell whether an event is a batch of SQS messages, which are answered one by one."""
    return any(record.get("eventSource") == "aws:sqs" for record in _records(event))


def notices(event: Any) -> list[Notice]:
    """Return the objects that an event or a message's body names; UnreadableError if it is none.

    The message with which S3 tries out a new notification names no object.
    """
    try:
        return _notices(event)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableError(
            f"A message is no notification of S3 ({type(error).__name__}): connect only the"
            " bucket's notifications to this function."
        ) from None


def _notices(event: Any) -> list[Notice]:
    if isinstance(event, str):
        return _notices(json.loads(event))
    if event.get("Event") == "s3:TestEvent":
        return []
    if event.get("source") == "aws.s3":
        return [_from_eventbridge(event)]
    if event.get("Type") == "Notification":
        # What SNS puts around a message on its way to SQS.
        return _notices(event["Message"])
    found: list[Notice] = []
    for record in event["Records"]:
        if record.get("EventSource") == "aws:sns":
            found += _notices(record["Sns"]["Message"])
        else:
            found.append(_from_s3(record))
    return found


def _from_s3(record: dict[str, Any]) -> Notice:
    if record["eventSource"] != "aws:s3" or record["eventVersion"].split(".")[0] != "2":
        raise ValueError
    entity = record["s3"]["object"]
    address = S3Address(
        record["s3"]["bucket"]["name"], unquote_plus(entity["key"]), entity.get("versionId")
    )
    is_new = record["eventName"].removeprefix("s3:").startswith("ObjectCreated:")
    return Notice(address, is_new and not address.key.endswith("/"))


def _from_eventbridge(event: dict[str, Any]) -> Notice:
    entity = event["detail"]["object"]
    address = S3Address(
        event["detail"]["bucket"]["name"], str(entity["key"]), entity.get("version-id")
    )
    is_new = event["detail-type"] == "Object Created"
    return Notice(address, is_new and not address.key.endswith("/"))


def _records(event: Any) -> list[dict[str, Any]]:
    records = event.get("Records") if isinstance(event, dict) else None
    listed = records if isinstance(records, list) else []
    return [record for record in listed if isinstance(record, dict)]
