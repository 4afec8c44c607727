"""Files that came through the dashboard and wait to be loaded: each in a folder of its own.

A folder's name is random and says nothing; the file keeps its name, made harmless, as messages and
the ledger name it. What nobody loaded is gone after a week.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import yaml

from loaders.mapping_choice import built_in
from loaders.scratch import file_name
from lode.errors import LodeError, printable
from lode.settings import Settings

KEY = re.compile(r"[0-9a-f]{32}")
MAPPING_FILE = ".mapping.yml"
PARTIAL = ".partial"
KEPT_SECONDS = 7 * 24 * 3600
# Files of the drop folder: how many are offered, and how long one has not changed that is whole.
MAXIMUM_LAID = 200
SETTLED_SECONDS = 5
CHUNK_BYTES = 1024 * 1024
# Files that come through a browser; larger ones come through the landing zone or the command line.
MAXIMUM_BYTES = 5 * 1024**3


class TooLargeError(LodeError):
    """A file that is more than may come through a browser."""


def uploads_folder(settings: Settings) -> Path:
    """Return the folder of all uploads of a warehouse."""
    return settings.home / "uploads" / settings.prefix


def begin_upload(settings: Settings, name: str) -> tuple[str, Path]:
    """Make a folder for a file that comes; return its key and where to write it."""
    _sweep(settings)
    key = secrets.token_hex(16)
    folder = uploads_folder(settings) / key
    clean = file_name(Path(name.replace("\\", "/")).name).lstrip(".") or "file"
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise LodeError(
            f"{folder.parent} can't be written ({error.strerror}): make it writable or set"
            " LODE_HOME to another folder."
        ) from error
    return key, folder / (clean + PARTIAL)


def end_upload(path: Path) -> Path:
    """Give a file that came whole its name; until then nobody finds it."""
    whole = path.with_name(path.name.removesuffix(PARTIAL))
    return path.rename(whole)


def keep_upload(settings: Settings, name: str, source: BinaryIO, limit: int = MAXIMUM_BYTES) -> str:
    """Write a file that came to its folder, piece by piece, and return its key."""
    key, path = begin_upload(settings, name)
    try:
        with path.open("wb") as target:
            for chunk in _chunks(source):
                if target.tell() + len(chunk) > limit:
                    raise too_large(name, limit)
                target.write(chunk)
        end_upload(path)
    except BaseException:
        forget_upload(settings, key)
        raise
    return key


def drop_folder(settings: Settings) -> Path:
    """Return the folder in which large files are laid for the dashboard and for `lode watch`."""
    return settings.home / "drop"


def laid_files(settings: Settings) -> list[tuple[str, int]]:
    """Return name and size in bytes of each file that may be taken from the drop folder, by name.

    Files whose name begins with a dot, links and what changed a moment ago are left out.
    """
    found = []
    for path in _files(drop_folder(settings))[:MAXIMUM_LAID]:
        with suppress(OSError, LodeError):
            found.append((path.name, _laid(path).stat().st_size))
    return found


def take_laid(settings: Settings, name: str) -> str:
    """Take a file of the drop folder as an upload and return its key; the file stays where it lies.

    It becomes a second name of the same bytes where the folders share a disk, and a copy elsewhere.
    LodeError if there is none of that name, or it is still being written.
    """
    if not name or name != Path(name).name or name.startswith("."):
        raise LodeError(f"{printable(name, 80)} is not the name of a file in the drop folder.")
    source = _laid(drop_folder(settings) / name)
    key, path = begin_upload(settings, name)
    try:
        try:
            os.link(source, path, follow_symlinks=False)
        except OSError:
            shutil.copyfile(source, path)
        end_upload(path)
    except OSError as error:
        forget_upload(settings, key)
        raise LodeError(
            f"{printable(name, 80)} can't be taken ({error.strerror}): look at its rights and at"
            " the space on the disk."
        ) from error
    return key


def _laid(path: Path) -> Path:
    """Return a file of the drop folder that is whole; LodeError for anything else."""
    try:
        state = path.lstat()
    except OSError as error:
        raise LodeError(
            f"{printable(path.name, 80)} is not in the drop folder any more: choose another file."
        ) from error
    if not stat.S_ISREG(state.st_mode) or path.name.startswith("."):
        raise LodeError(f"{printable(path.name, 80)} is no file that can be loaded.")
    if time.time() - state.st_mtime < SETTLED_SECONDS:
        raise LodeError(
            f"{printable(path.name, 80)} is still being written: choose it again in a moment."
        )
    return path


def too_large(name: str, limit: int) -> TooLargeError:
    """Return the sentence for a file that is more than may come this way."""
    return TooLargeError(
        f"{printable(name)} is larger than {limit / 1024**2:,.0f} MiB: put it where `lode load` can"
        " read it, and load it there."
    )


def uploaded_file(settings: Settings, key: object) -> Path:
    """Return the file of a key; LodeError if there is none, or no longer."""
    folder = _folder(settings, key)
    files = [path for path in _files(folder) if not path.name.startswith(".")]
    if len(files) != 1 or files[0].name.endswith(PARTIAL):
        raise LodeError("That file is not here any more: upload it again.")
    return files[0]


@contextmanager
def open_upload(settings: Settings, key: object) -> Iterator[Path]:
    """Yield the file of a key; an error in the block names it as who sent it does, by its name.

    Where it lies on the server is nothing to them.
    """
    path = uploaded_file(settings, key)
    try:
        yield path
    except LodeError as error:
        error.sentence = error.sentence.replace(f"{path.parent}{os.sep}", "")
        raise


def forget_upload(settings: Settings, key: object) -> None:
    """Delete an upload; nothing happens if it is gone."""
    with suppress(LodeError):
        shutil.rmtree(_folder(settings, key), ignore_errors=True)


def write_mapping(
    settings: Settings, key: object, base: str, columns: Mapping[str, list[str]]
) -> Path:
    """Write a mapping of headers beside an upload, on the pattern of a built-in one, and return it.

    It names columns only: a mapping with a query comes from a file of the command line.
    """
    pattern = built_in(base)
    content = {
        "name": pattern.name,
        "version": 1,
        "feed": pattern.feed,
        "requires": [
            [column for column in group if column in columns] or list(group)
            for group in pattern.requires
        ],
        "columns": {column: list(headers) for column, headers in columns.items()},
    }
    path = _folder(settings, key) / MAPPING_FILE
    path.write_text(yaml.safe_dump(content, sort_keys=True, allow_unicode=True), encoding="utf-8")
    return path


def _folder(settings: Settings, key: object) -> Path:
    if not isinstance(key, str) or KEY.fullmatch(key) is None:
        raise LodeError("That is not the key of an upload: upload the file again.")
    return uploads_folder(settings) / key


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(CHUNK_BYTES):
        yield chunk


def _sweep(settings: Settings) -> None:
    """Delete what nobody has loaded for a week."""
    oldest = time.time() - KEPT_SECONDS
    for folder in _files(uploads_folder(settings)):
        with suppress(OSError):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
