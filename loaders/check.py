"""Checks before anything is written: is this a file that can be loaded, and of which kind is it?"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from loaders.dump.detect import is_dump
from loaders.packed import is_workbook, packing_of
from lode.errors import LodeError, printable

MAXIMUM_FILE_BYTES = 5 * 1024**3
SAMPLE_BYTES = 64 * 1024
SQLITE_MAGIC = b"SQLite format 3\x00"
# Beginnings of files that are not text, with what to do about them.
FOREIGN_MAGIC = (
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it first"),
    (b"%PDF", "a PDF document: export its table as CSV first"),
    (b"PAR1", "a Parquet file: export it as CSV first"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xfe\0\0", "UTF-32 text: save it as UTF-8"),
    (b"\0\0\xfe\xff", "UTF-32 text: save it as UTF-8"),
)
# Beginnings of text that is no table, whatever the file is called.
FOREIGN_TEXT = (
    (re.compile(rb"\s*<(?:!doctype\s|html\b|head\b|body\b|table\b)", re.I), "an HTML page"),
    (re.compile(rb"\s*<\?xml\s", re.I), "an XML document"),
    (re.compile(rb"\s*(?:\[\s*[\[{]|\{\s*\"[^\"\r\n]*\"\s*:)"), "a JSON document"),
)
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Control bytes that text has no use for; tab, line ends, form feed and the DOS end mark may occur.
_CONTROL = bytes(set(range(32)) - {0x00, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B} | {0x7F})
MAXIMUM_CONTROL_SHARE = 0.02
MAXIMUM_NUL_SHARE = 0.05
FEW_BYTES = 8
# Formats that hold another file, which is what is loaded.
PACKINGS = ("gzip", "zip")
_LOADED = "only CSV text, SQL dumps, SQLite files and Excel workbooks are loaded, gzip or zip too"


@dataclass(frozen=True)
class SourceFile:
    """A file as it was when it was checked; `format`: csv, dump, sqlite, workbook, gzip or zip."""

    path: Path
    format: str
    size_bytes: int
    identity: tuple[int, int, int, int]

    @property
    def name(self) -> str:
        """The file's name, safe to print and to store: no control characters, at most 255 long."""
        return printable(self.path.name, 255)


def file_identity(status: os.stat_result) -> tuple[int, int, int, int]:
    """Return what changes when a file is replaced or written: device, inode, size, mtime."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def check_file(path: Path) -> SourceFile:
    """Check a file that is to be loaded; raises LodeError, one sentence, if it can't be."""
    name = printable(str(path), 200)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise LodeError(f"{name} is a directory: name the files in it.")
        if not stat.S_ISREG(status.st_mode):
            raise LodeError(f"{name} is not a regular file: save its content to one first.")
        if status.st_size == 0:
            raise LodeError(f"{name} is empty (0 bytes): nothing to load.")
        if status.st_size > MAXIMUM_FILE_BYTES:
            raise LodeError(
                f"{name} has {status.st_size / 1024**3:.1f} GiB, the limit is"
                f" {MAXIMUM_FILE_BYTES / 1024**3:.0f} GiB: split it first."
            )
        with path.open("rb") as file:
            sample = file.read(SAMPLE_BYTES)
    except FileNotFoundError:
        raise LodeError(f"{name} does not exist: check the name.") from None
    except PermissionError:
        raise LodeError(f"{name} can't be read: you have no permission to read it.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise LodeError(f"{name} can't be read ({reason}): check the name and the disk.") from None
    return SourceFile(path, _format(path, name, sample), status.st_size, file_identity(status))


def _format(path: Path, name: str, sample: bytes) -> str:
    if sample.startswith(SQLITE_MAGIC):
        return "sqlite"
    if is_workbook(path):
        return "workbook"
    packing = packing_of(path)
    if packing:
        return packing
    for magic, description in FOREIGN_MAGIC:
        if sample.startswith(magic):
            raise LodeError(f"{name} is {description}; {_LOADED}.")
    for pattern, description in FOREIGN_TEXT:
        if pattern.match(sample.removeprefix(BYTE_ORDER_MARKS[0])):
            raise LodeError(f"{name} is {description}: export its table as CSV first; {_LOADED}.")
    if utf_16_encoding(sample) is None and _is_binary(sample):
        raise LodeError(f"{name} is a binary file of unknown kind; {_LOADED}.")
    return "dump" if is_dump(sample) else "csv"


def utf_16_encoding(sample: bytes) -> str | None:
    """Return utf-16-le or utf-16-be if the bytes are such text, by their mark or their NULs."""
    if sample.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if sample.startswith(b"\xfe\xff"):
        return "utf-16-be"
    pairs = max(1, len(sample) // 2)
    even, odd = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    # Western text without a mark has a NUL as every second byte, and hardly any as the others.
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    if even > 0.7 and odd < 0.05:
        return "utf-16-be"
    return None


def _is_binary(sample: bytes) -> bool:
    controls = len(sample) - len(sample.translate(None, delete=_CONTROL))
    nuls = sample.count(0)
    # A few stray bytes make no binary file, least of all in a short one.
    is_full_of_controls = controls > max(FEW_BYTES, MAXIMUM_CONTROL_SHARE * len(sample))
    return is_full_of_controls or nuls > max(FEW_BYTES, MAXIMUM_NUL_SHARE * len(sample))
