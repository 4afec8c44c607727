"""Packed files: gzip and zip, taken apart into a scratch folder without trusting what they say.

What comes out is counted while it is written, whatever the archive claims of itself, so a bomb ends
in a sentence. Names of members are only ever compared and shown: no path is made of one.
"""

from __future__ import annotations

import gzip
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lode.errors import LodeError, printable

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
MAXIMUM_BYTES = 20 * 1024**3
# Text shrinks to a tenth, seldom to a fiftieth; a bomb to a thousandth.
MAXIMUM_RATIO = 300
FREE_BYTES = 100 * 1024**2
BLOCK_BYTES = 1024 * 1024
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, UnicodeError)


@dataclass(frozen=True)
class Member:
    """A file in a zip archive: its name as the archive spells it, its size as the archive says."""

    name: str
    size_bytes: int


@dataclass(frozen=True)
class Unpacked:
    """What came out: where it lies, which member it is (None if there was no choice), its name."""

    path: Path
    member: str | None
    name: str


def is_workbook(path: Path) -> bool:
    """Tell whether a file is a workbook: .xlsx, .xlsb or .ods by its members, .xls by its head."""
    magic = _magic(path)
    if magic.startswith(OLE_MAGIC):
        return True
    if not magic.startswith(ZIP_MAGICS):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                return any(name.startswith("xl/") for name in names)
            return "mimetype" in names and archive.open("mimetype").read(100).startswith(ODS_TYPE)
    except (*_ZIP_ERRORS, RuntimeError, NotImplementedError, OSError):
        return False


def packing_of(path: Path) -> str | None:
    """Return gzip or zip by a file's first bytes, None if it is neither."""
    magic = _magic(path)
    if magic.startswith(GZIP_MAGIC):
        return "gzip"
    return "zip" if magic.startswith(ZIP_MAGICS) else None


def unpack(path: Path, filename: str, packing: str, member: str | None, folder: Path) -> Unpacked:
    """Take one file out of an archive into `folder`.

    `member` chooses among several files of a zip. Raises LodeError, one sentence, if the archive is
    damaged, protected, too large when unpacked, or if it is not clear which file is meant.
    """
    target = folder / "member"
    if packing == "gzip":
        if member is not None:
            raise LodeError(f"{filename} is gzip, which holds one file: leave --member out.")
        with _sentences(filename), gzip.open(path) as source:
            _copy(source, target, path.stat().st_size, filename)
        return Unpacked(target, None, filename)
    with _sentences(filename), zipfile.ZipFile(path) as archive:
        files = _files(archive)
        chosen = _choose(files, filename, member)
        if chosen.flag_bits & 1:
            raise LodeError(f"{filename} is protected with a password: unpack it first.")
        name = printable(chosen.filename.replace("\\", "/").rsplit("/", 1)[-1], 255)
        with archive.open(chosen) as source:
            _copy(source, target, chosen.compress_size, f"{name} in {filename}")
    return Unpacked(target, printable(chosen.filename, 128) if len(files) > 1 else None, name)


def list_members(path: Path, filename: str) -> tuple[Member, ...]:
    """Return the files in a zip archive, without folders and what systems add of their own."""
    with _sentences(filename), zipfile.ZipFile(path) as archive:
        return tuple(Member(one.filename, one.file_size) for one in _files(archive))


def require_bounded(path: Path, filename: str, maximum_bytes: int) -> None:
    """Read all members of an archive once; LodeError if they have more than so many bytes."""
    with _sentences(filename), zipfile.ZipFile(path) as archive:
        total = 0
        for info in archive.infolist():
            if info.is_dir():
                continue
            if info.flag_bits & 1:
                raise LodeError(f"{filename} is protected with a password: save it without one.")
            with archive.open(info) as source:
                while block := source.read(BLOCK_BYTES):
                    total += len(block)
                    if total > maximum_bytes:
                        raise LodeError(
                            f"{filename} has more than {maximum_bytes // 1024**2:,} MiB when"
                            " unpacked: save its sheets as CSV files."
                        )


def _magic(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members that may be meant: regular files that a person put there."""
    found = []
    for info in archive.infolist():
        parts = info.filename.replace("\\", "/").split("/")
        is_link = stat.S_ISLNK(info.external_attr >> 16)
        is_system = "__MACOSX" in parts or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")
        if not info.is_dir() and not is_link and not is_system and parts[-1]:
            found.append(info)
    return found


def _choose(files: list[zipfile.ZipInfo], filename: str, member: str | None) -> zipfile.ZipInfo:
    if not files:
        raise LodeError(f"{filename} has no file in it: nothing to load.")
    if member is None and len(files) == 1:
        return files[0]
    listed = ", ".join(printable(one.filename, 60) for one in files[:20])
    if len(files) > 20:
        listed += f" and {len(files) - 20} more"
    if member is None:
        raise LodeError(f"{filename} has several files; name one with --member: {listed}.")
    matching = [one for one in files if member in (one.filename, printable(one.filename, 128))]
    if not matching:
        raise LodeError(f"{filename} has no file {printable(member, 60)}; it has {listed}.")
    if len(matching) > 1:
        raise LodeError(
            f"{filename} has {len(matching)} files named {printable(member, 60)}: unpack it first."
        )
    return matching[0]


def _copy(source: IO[bytes] | gzip.GzipFile, target: Path, packed_bytes: int, name: str) -> None:
    """Copy until the end, or until it is too much."""
    size = 0
    with target.open("xb") as file:
        while block := source.read(BLOCK_BYTES):
            size += len(block)
            if size > MAXIMUM_BYTES:
                raise LodeError(
                    f"{name} has more than {MAXIMUM_BYTES // 1024**3} GiB when unpacked: split it."
                )
            if size > FREE_BYTES and size > MAXIMUM_RATIO * max(packed_bytes, 1):
                raise LodeError(
                    f"{name} grows to more than {MAXIMUM_RATIO} times its size when unpacked, as"
                    " no table of people does: look at what it is."
                )
            file.write(block)
    if not size:
        raise LodeError(f"{name} is empty (0 bytes): nothing to load.")


@contextmanager
def _sentences(filename: str) -> Iterator[None]:
    """Say in a sentence what is wrong with an archive."""
    try:
        yield
    except gzip.BadGzipFile as error:
        raise LodeError(
            f"{filename} is a damaged gzip archive ({error}): copy it again from its source."
        ) from None
    except NotImplementedError:
        raise LodeError(
            f"{filename} is packed by a method that is not known here: pack it again as plain zip."
        ) from None
    except RuntimeError:
        raise LodeError(f"{filename} is protected with a password: unpack it first.") from None
    except _ZIP_ERRORS as error:
        reason = printable(str(error), 120) or type(error).__name__
        raise LodeError(
            f"{filename} is a damaged archive ({reason}): copy it again from its source."
        ) from None
    except OSError as error:
        raise LodeError(
            f"{filename} can't be unpacked ({error.strerror}): check the disk."
        ) from None
