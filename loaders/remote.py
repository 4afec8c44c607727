"""Files that lie in S3: fetched into a scratch folder, then loaded like any other file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loaders import s3
from loaders.landing_store import S3Store, landing_store
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
