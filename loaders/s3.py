"""S3: addresses, a client that retries, downloads, and its errors as sentences.

Region, credentials and endpoint come from AWS's own variables (AWS_DEFAULT_REGION, AWS_PROFILE,
AWS_ENDPOINT_URL, …). Every request that fails on its way is sent again up to three times, with
exponential back-off and jitter (botocore's standard mode); a part of an upload or download alone.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders.check import MAXIMUM_FILE_BYTES
from lode.errors import LodeError, printable

if TYPE_CHECKING:
    from boto3.s3.transfer import TransferConfig
    from types_boto3_s3.client import S3Client

SCHEME = "s3://"
RETRIES = 3
PART_BYTES = 16 * 1024 * 1024
PARALLEL_PARTS = 4
ABSENT = ("404", "NoSuchKey", "NoSuchVersion", "NotFound", "NoSuchBucket")
_VERSION_MARK = "?versionId="
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,253}")


class AbsentError(LodeError):
    """An object that is not there (any more)."""


@dataclass(frozen=True)
class S3Address:
    """A bucket and a key or prefix in it; with `version`, one version of the object."""

    bucket: str
    key: str
    version: str | None = None

    def __str__(self) -> str:
        version = f"{_VERSION_MARK}{self.version}" if self.version else ""
        return f"{SCHEME}{self.bucket}/{self.key}{version}"

    @property
    def shown(self) -> str:
        """The address, safe to print."""
        return printable(str(self), 300)

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class ObjectInfo:
    """What S3 says of an object: its size, its ETag, and the SHA-256 that we gave it."""

    size_bytes: int
    etag: str
    checksum: str | None


def is_s3(text: object) -> bool:
    """Tell whether something is the address of an object in S3."""
    return isinstance(text, str) and text.lower().startswith(SCHEME)


def parse(text: str) -> S3Address:
    """Read `s3://bucket/key`, with `?versionId=…` if one version is meant; LodeError if it is none.

    The key is taken as it is: blanks, `+` and `%` in it are part of the name.
    """
    bucket, _, key = text[len(SCHEME) :].partition("/")
    if not is_s3(text) or _BUCKET.fullmatch(bucket) is None:
        raise LodeError(f"{printable(text, 200)} is no address in S3: write s3://bucket/key.")
    key, _, version = key.partition(_VERSION_MARK)
    return S3Address(bucket, key, version or None)


@functools.lru_cache(maxsize=2)
def client(*, overwrites: bool = True) -> S3Client:
    """Return the client of this process; threads may share it.

    With `overwrites=False` S3 itself refuses an upload to a key that has an object already.
    """
    # Imported here: boto3 takes a third of a second and most runs need no S3.
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1 + RETRIES},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=2 * PARALLEL_PARTS,
    )
    try:
        made = boto3.client("s3", config=config)
    except (BotoCoreError, ValueError) as error:
        raise LodeError(
            f"S3 can't be used ({error}): set AWS_DEFAULT_REGION and AWS credentials."
        ) from error
    if not overwrites:
        # The transfer manager has no argument for this condition, so its requests get it here.
        for request in ("PutObject", "CompleteMultipartUpload"):
            made.meta.events.register(f"before-parameter-build.s3.{request}", _require_absent)
    return made


def _require_absent(params: dict[str, Any], **_: object) -> None:
    params["IfNoneMatch"] = "*"


@contextmanager
def sentences(address: S3Address) -> Iterator[None]:
    """Turn the errors of S3 inside the block into sentences; AbsentError if it is not there."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error_code(error)
        if code in ABSENT:
            raise AbsentError(f"{address.shown} does not exist: check bucket and key.") from error
        raise LodeError(
            f"S3 refused {address.shown} ({code}): check the rights of this account, the region and"
            " the bucket."
        ) from error
    except Boto3Error as error:
        raise LodeError(f"{address.shown} could not be transferred: {error}.") from error
    except BotoCoreError as error:
        raise LodeError(
            f"S3 could not be reached for {address.shown} after {RETRIES} retries ({error}): check"
            " the network, AWS_DEFAULT_REGION and the credentials, then try again."
        ) from error


def error_code(error: BaseException) -> str:
    """Return the code of an error that S3 answered with, an empty text for all other errors."""
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def look(address: S3Address) -> ObjectInfo:
    """Ask for an object's size and checksum; AbsentError if it does not exist."""
    with sentences(address):
        if address.version:
            found = client().head_object(
                Bucket=address.bucket, Key=address.key, VersionId=address.version
            )
        else:
            found = client().head_object(Bucket=address.bucket, Key=address.key)
    return ObjectInfo(
        found["ContentLength"], found["ETag"].strip('"'), found["Metadata"].get("sha256")
    )


def require_loadable(address: S3Address, size_bytes: int) -> None:
    """Raise LodeError if an object is too large to be loaded."""
    if size_bytes > MAXIMUM_FILE_BYTES:
        raise LodeError(
            f"{address.shown} has {size_bytes / 1024**3:.1f} GiB, the limit is"
            f" {MAXIMUM_FILE_BYTES / 1024**3:.0f} GiB: split it first."
        )


def transfer_config() -> TransferConfig:
    """Return how large files go: 16 MiB parts, four of them side by side."""
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(
        multipart_threshold=PART_BYTES,
        multipart_chunksize=PART_BYTES,
        max_concurrency=PARALLEL_PARTS,
    )


def download(address: S3Address, target: Path) -> None:
    """Download an object to a file that does not exist yet, its parts side by side."""
    version = {"VersionId": address.version} if address.version else {}
    try:
        with sentences(address), target.open("xb") as file:
            client().download_fileobj(
                address.bucket, address.key, file, ExtraArgs=version, Config=transfer_config()
            )
    except OSError as error:
        raise LodeError(
            f"{target.parent} can't be written ({error.strerror}): free some space or set LODE_HOME"
            " to another folder."
        ) from error
