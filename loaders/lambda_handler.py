"""The AWS Lambda function that loads what S3 tells of; `loaders.lambda_handler.handler`.

Events repeat and come out of order. Neither matters: what is in the object decides, by its
SHA-256, and the same bytes again change nothing. Models are not run here.
"""

from __future__ import annotations

import json
import os
from typing import Any

from loaders import s3
from loaders.drops import is_ignored
from loaders.failures import NotNowError, is_fault_of_file
from loaders.landing_store import S3Store, landing_store
from loaders.load import load_file
from loaders.s3 import S3Address
from loaders.s3_events import Notice, UnreadableError, is_sqs, notices
from lode.db import connect
from lode.errors import LodeError
from lode.logs import get_logger, redact
from lode.settings import Settings, load_settings

# A function ends after 15 minutes, and /tmp holds a file twice and a chunk of it. 400 MiB take
# a slow cluster (1 MB/s) 7 minutes and 1.2 GB of /tmp.
DEFAULT_LIMIT_BYTES = 400 * 1024**2
FAILED = "failed"

Outcome = dict[str, Any]


def handler(event: Any, context: object = None) -> dict[str, Any]:
    """Load the objects of an event; returns what happened to each, as JSON.

    `outcome` is loaded, duplicate, handed on, absent, ignored, refused (the file is at fault,
    trying again changes nothing) or failed (try again). Failed messages of SQS are returned in
    `batchItemFailures`; for any other event LodeError is raised after all objects, so that AWS
    sends it again.
    """
    work = _Work(load_settings())
    if is_sqs(event):
        return work.messages(event["Records"])
    outcomes = [work.outcome(notice) for notice in notices(event)]
    failed = [outcome for outcome in outcomes if outcome["outcome"] == FAILED]
    if failed:
        raise LodeError(
            f"{len(failed)} of {len(outcomes)} objects could not be loaded now, the first because:"
            f" {failed[0]['error']}"
        )
    return {"objects": outcomes}


class _Work:
    """One invocation; an object that its event names twice is loaded once."""

    def __init__(self, settings: Settings) -> None:
        if settings.landing is None:
            raise LodeError(
                "LODE_LANDING is not set: set it to s3://bucket/prefix, as the disk of a Lambda"
                " function does not last."
            )
        self.settings = settings
        self.limit = _limit()
        self._known: dict[S3Address, Outcome] = {}
        self._is_checked = False

    def messages(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        """Go through the messages of a batch; one that can't be read goes back, to be kept."""
        outcomes: list[Outcome] = []
        failures: list[dict[str, str]] = []
        for record in records:
            try:
                found = [self.outcome(notice) for notice in notices(record["body"])]
            except UnreadableError as error:
                found = [{"outcome": FAILED, "error": str(error)}]
            outcomes += found
            if any(outcome["outcome"] == FAILED for outcome in found):
                failures.append({"itemIdentifier": record["messageId"]})
        return {"objects": outcomes, "batchItemFailures": failures}

    def outcome(self, notice: Notice) -> Outcome:
        """Do what is to be done about an object, and print it as one JSON line for the log."""
        address = notice.address
        known = self._known.get(address)
        if known is None or not notice.is_new:
            known = {"bucket": address.bucket, "key": address.key, "versionId": address.version}
            known |= self._handle(notice)
            if notice.is_new:
                self._known[address] = known
            print(json.dumps(known, ensure_ascii=False), flush=True)
        return known

    def _handle(self, notice: Notice) -> Outcome:
        if not notice.is_new or self._is_ours(notice.address):
            return {"outcome": "ignored"}
        try:
            self._check_database()
            return self._load(notice.address)
        except s3.AbsentError as error:
            return {"outcome": "absent", "error": str(error)}
        except Exception as error:  # noqa: BLE001 - the other objects go on
            get_logger("lambda").error("%s failed", notice.address.shown, exc_info=error)
            sentence = str(error)
            if not isinstance(error, LodeError):
                sentence = f"{type(error).__name__}: {redact(sentence.partition(chr(10))[0])}"
            # What is wrong with the settings or the database is no fault of any file.
            is_refused = self._is_checked and is_fault_of_file(error)
            return {"outcome": "refused" if is_refused else FAILED, "error": sentence}

    def _check_database(self) -> None:
        if not self._is_checked:
            with connect("loader", self.settings, schema="raw"):
                self._is_checked = True

    def _is_ours(self, address: S3Address) -> bool:
        """Tell whether it is a report of ours, or a file by whose name somebody still writes it."""
        store = landing_store(self.settings)
        reports = store.address("error-logs/") if isinstance(store, S3Store) else None
        is_report = (
            reports is not None
            and address.bucket == reports.bucket
            and address.key.startswith(reports.key)
        )
        return is_report or is_ignored(address.name)

    def _load(self, address: S3Address) -> Outcome:
        found = s3.look(address)
        s3.require_loadable(address, found.size_bytes)
        if found.size_bytes > self.limit:
            _hand_on(address, found.size_bytes)
            return {"outcome": "handed on", "size_bytes": found.size_bytes}
        result = load_file(str(address), self.settings, uploaded_by="lambda")
        return {
            "outcome": "duplicate" if result.is_duplicate else "loaded",
            "import_id": result.import_id,
            "feed": result.feed,
            "row_count": result.row_count,
            "loaded_count": result.loaded_count,
            "parse_rejected_count": result.parse_rejected_count,
        }


def _limit() -> int:
    value = os.environ.get("LODE_LAMBDA_LIMIT_BYTES") or str(DEFAULT_LIMIT_BYTES)
    if not (value.isascii() and value.isdigit()):
        raise LodeError(f"LODE_LAMBDA_LIMIT_BYTES is {value!r}: use a number of bytes.")
    return int(value)


def _hand_on(address: S3Address, size_bytes: int) -> None:
    """Send a message for a task without a time limit, which runs `lode load` with its url."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    queue = os.environ.get("LODE_HANDOFF_QUEUE")
    if not queue:
        raise NotNowError(
            f"{address.shown} has {size_bytes:,} bytes, too many for this function: set"
            " LODE_HANDOFF_QUEUE to the URL of an SQS queue, or load it with `lode load`."
        )
    message = {
        "url": str(address),
        "bucket": address.bucket,
        "key": address.key,
        "versionId": address.version,
        "size": size_bytes,
    }
    try:
        boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(message))
    except (ClientError, BotoCoreError) as error:
        raise LodeError(
            f"{address.shown} could not be handed on to {queue} ({s3.error_code(error) or error}):"
            " check LODE_HANDOFF_QUEUE and the right sqs:SendMessage."
        ) from error
