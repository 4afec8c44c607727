"""Where landed files are kept: in a folder, or in a bucket with a local copy to read from."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Protocol, cast

from loaders import s3
from loaders.s3 import S3Address
from loaders.scratch import scratch_folder
from lode.errors import LodeError
from lode.settings import Settings

ZONE = "raw-uploads"
BLOCK_BYTES = 4 * 1024 * 1024
# A multipart upload that began this long ago belongs to a process that died: none takes longer.
UPLOAD_HOURS = 24


class LandingStore(Protocol):
    """Keeps files for ever by their place, `raw-uploads/YYYY/MM/DD/HH/name_timestamp.ext`."""

    root: Path

    def holds(self, place: str, checksum: str) -> bool:
        """Tell whether the file at a place is there with exactly the bytes of that SHA-256."""

    def is_taken(self, place: str, checksum: str) -> bool:
        """Tell whether there are other bytes at a place."""

    def keep(self, copy: Path, place: str, checksum: str) -> Path:
        """Keep a file at a place, unless it is there already; returns the path to read it from."""

    def local_path(self, place: str) -> Path:
        """Return a path from which a landed file can be read."""

    def settle(self, place: str) -> None:
        """Make what was kept outlast a power cut, and let go of what was needed to read it."""


def landing_store(settings: Settings) -> LandingStore:
    """Return the store that LODE_LANDING names."""
    # Warehouses of one home give the same places: imports of a name, a second or a number alike.
    own = settings.warehouse_name
    if settings.landing is None:
        common = settings.home / "landing"
        return FolderStore(common / own, common)
    # A folder of its own: what was landed in the other one before is no copy that may be deleted.
    return S3Store(s3.parse(settings.landing), settings.home / "landing-cache" / own)


class FolderStore:
    """A folder; what has a name in it is whole, as it got that name by one rename.

    `common` is where all warehouses of a home landed their files once: what lies there is read,
    and nothing new is put there.
    """

    def __init__(self, root: Path, common: Path) -> None:
        self.root = root
        self.common = common

    def holds(self, place: str, checksum: str) -> bool:
        """Tell by reading the file."""
        path = self.local_path(place)
        return path.is_file() and file_checksum(path) == checksum

    def is_taken(self, place: str, checksum: str) -> bool:
        """Tell by reading the file, if there is one."""
        return self.local_path(place).exists() and not self.holds(place, checksum)

    def keep(self, copy: Path, place: str, checksum: str) -> Path:
        """Rename the copy, which must be on the same disk; a damaged file is replaced."""
        if not self.holds(place, checksum):
            _rename(copy, self.root / place)
        return self.local_path(place)

    def local_path(self, place: str) -> Path:
        """Return the path of the file itself."""
        own, before = self.root / place, self.common / place
        return before if before.exists() and not own.exists() else own

    def settle(self, place: str) -> None:
        """Flush the file and its name to the disk.

        Done before the import counts as loaded and not before its first record, so that the disk
        and the server work at the same time; what a power cut damages until then is landed anew.
        """
        path = self.local_path(place)
        for target in (path, path.parent):
            handle = os.open(target, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


class S3Store:
    """A prefix in a bucket; `root` holds local copies to read from, which may be deleted."""

    def __init__(self, base: S3Address, root: Path) -> None:
        self.base = base
        self.root = root

    def address(self, place: str) -> S3Address:
        """Return where in the bucket a place is."""
        return S3Address(self.base.bucket, self._prefix + place)

    def place_of(self, address: S3Address) -> str | None:
        """Return the place that an object has in this landing zone; None if it is not in it."""
        is_inside = address.bucket == self.base.bucket and address.key.startswith(
            f"{self._prefix}{ZONE}/"
        )
        return address.key[len(self._prefix) :] if is_inside else None

    @property
    def _prefix(self) -> str:
        key = self.base.key.strip("/")
        return f"{key}/" if key else ""

    def holds(self, place: str, checksum: str) -> bool:
        """Tell by the SHA-256 in the object's metadata; without one the object is read."""
        address = self.address(place)
        try:
            found = s3.look(address)
            return (found.checksum or _object_checksum(address)) == checksum
        except s3.AbsentError:
            return False

    def is_taken(self, place: str, checksum: str) -> bool:
        """Tell by looking at the object, if there is one."""
        try:
            s3.look(self.address(place))
        except s3.AbsentError:
            return False
        return not self.holds(place, checksum)

    def keep(self, copy: Path, place: str, checksum: str) -> Path:
        """Upload the copy, look at what arrived, then read from the copy itself."""
        if not self.holds(place, checksum):
            self._upload(copy, self.address(place), checksum)
        path = self.root / place
        _rename(copy, path)
        return path

    def local_path(self, place: str) -> Path:
        """Return the local copy; it is downloaded, and compared with its SHA-256, when gone."""
        path, address = self.root / place, self.address(place)
        if path.is_file():
            return path
        expected = s3.look(address).checksum
        with scratch_folder(self.root / ".incoming") as folder:
            s3.download(address, folder / "copy")
            if expected and file_checksum(folder / "copy") != expected:
                raise LodeError(
                    f"{address.shown} is not what was landed: its SHA-256 is another one. Restore"
                    " the object's first version."
                )
            _rename(folder / "copy", path)
        return path

    def settle(self, place: str) -> None:
        """Delete the local copy: the bucket has the file, and this disk may be small."""
        (self.root / place).unlink(missing_ok=True)

    def _upload(self, copy: Path, address: S3Address, checksum: str) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import ClientError

        abort_stale_uploads(address, f"{self._prefix}{ZONE}/")
        size = copy.stat().st_size
        with s3.sentences(address):
            try:
                _transfer(copy, address, checksum)
            except (Boto3Error, ClientError) as error:
                if _says(error, "NotImplemented"):
                    # A server without conditional writes; that nothing is there was looked up.
                    _transfer(copy, address, checksum, overwrites=True)
                elif not _says(error, "PreconditionFailed", "ConditionalRequestConflict"):
                    raise
                # Else it is there by now: perhaps our own, of which only the answer got lost.
        found = s3.look(address)
        if (found.size_bytes, found.checksum) != (size, checksum):
            raise LodeError(
                f"{address.shown} holds another file ({found.size_bytes:,} bytes, expected"
                f" {size:,}): nothing is overwritten. Use one LODE_LANDING for each warehouse."
            )


def abort_stale_uploads(address: S3Address, prefix: str) -> None:
    """Abort multipart uploads that a killed process left: of this object, or a day old.

    Nobody else uploads to the object: only one process at a time has its import.
    """
    oldest = datetime.now(timezone.utc) - timedelta(hours=UPLOAD_HOURS)
    with s3.sentences(address):
        pages = s3.client().get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=address.bucket, Prefix=prefix):
            for upload in page.get("Uploads", []):
                if upload["Key"] == address.key or upload["Initiated"] < oldest:
                    s3.client().abort_multipart_upload(
                        Bucket=address.bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                    )


def _transfer(copy: Path, address: S3Address, checksum: str, overwrites: bool = False) -> None:
    """Upload in parts, side by side; S3 refuses it if there is an object of that key already."""
    s3.client(overwrites=overwrites).upload_file(
        str(copy),
        address.bucket,
        address.key,
        ExtraArgs={"Metadata": {"sha256": checksum}},
        Config=s3.transfer_config(),
    )


def _says(error: BaseException, *codes: str) -> bool:
    """Tell whether S3 answered with one of the codes; the transfer manager has it in its text."""
    text = f"{s3.error_code(error)} {error}"
    return any(code in text for code in codes)


def _object_checksum(address: S3Address) -> str:
    """Return the SHA-256 of an object that somebody else has put there, by reading it."""
    sink = _Sink()
    with s3.sentences(address):
        s3.client().download_fileobj(
            address.bucket, address.key, cast(Any, sink), Config=s3.transfer_config()
        )
    return sink.digest.hexdigest()


class _Sink:
    """A file that is hashed and not written."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, block: bytes) -> int:
        self.digest.update(block)
        return len(block)


def file_checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _rename(copy: Path, path: Path) -> None:
    """Give a copy its name, read-only, in one step."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        copy.chmod(0o444)
        copy.replace(path)
    except OSError as error:
        raise LodeError(
            f"{path.parent} can't be written ({error.strerror}): make it writable or set LODE_HOME"
            " to another folder."
        ) from None
