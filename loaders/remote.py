"""Sources elsewhere, in S3 or in a legacy database: brought here as a file to load."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loaders import s3
from loaders.landing_store import S3Store, landing_store
from loaders.legacy.address import is_legacy
from loaders.legacy.source import extracted
from loaders.progress import Reporter
from loaders.request import Request
from loaders.scratch import file_name, scratch_folder
from lode.settings import Settings


@dataclass(frozen=True)
class LocalCopy:
    """A file to read; `place` is set if it was fetched from a landing zone in S3."""

    path: Path
    place: str | None


@contextmanager
def local_copy(path: Path | str, settings: Settings) -> Iterator[LocalCopy]:
    """Download `s3://bucket/key` for the block, under its own name; other files are left alone.

    Its size is looked at first. Raises AbsentError if there is no such object, LodeError if it is
    too large or can't be read.
    """
    if not s3.is_s3(path):
        yield LocalCopy(Path(path), None)
        return
    address = s3.parse(str(path))
    found = s3.look(address)
    s3.require_loadable(address, found.size_bytes)
    store = landing_store(settings)
    place = store.place_of(address) if isinstance(store, S3Store) else None
    with scratch_folder(settings.home / "tmp") as folder:
        target = folder / "source" / file_name(address.name)
        target.parent.mkdir()
        s3.download(address, target)
        yield LocalCopy(target, place)


@contextmanager
def fetched(
    path: Path | str, settings: Settings, request: Request, teller: Reporter
) -> Iterator[LocalCopy]:
    """Bring a source here for the block: an object, tables of a database; files are here."""
    if is_legacy(path):
        with extracted(str(path), settings, request, teller) as extract:
            yield LocalCopy(extract, None)
    else:
        with local_copy(path, settings) as copy:
            yield copy
