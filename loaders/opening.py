"""Opening a file for reading: unpacked if it is packed, normalised if it has escapes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from loaders.backslash import normalise_backslashes
from loaders.check import PACKINGS, SourceFile, check_file
from loaders.packed import unpack
from loaders.scratch import file_name
from loaders.text import TextProfile, profile_of
from lode.errors import LodeError

BACKSLASH = "backslash"


@dataclass(frozen=True)
class OpenedFile:
    """A file that readers read: its place, its name for messages, its format, its text's profile.

    `member` names the part of an archive that it is; `is_scratch` says that it is not the landed
    file itself but what was made of it, in `folder`, which is the job's own.
    """

    path: Path
    name: str
    format: str
    folder: Path
    profile: TextProfile | None
    member: str | None = None
    is_scratch: bool = False

    def text_profile(self) -> TextProfile:
        """Return the profile of the text, made now if nobody made it on the way."""
        return self.profile or profile_of(self.path)


def open_file(
    source: SourceFile,
    path: Path,
    folder: Path,
    *,
    profile: TextProfile | None = None,
    member: str | None = None,
    escape: str | None = None,
) -> OpenedFile:
    """Open the copy of a file at `path`; `folder` takes what has to be made of it.

    Raises LodeError if `member` or `escape` does not go with it, or if the archive is damaged.
    """
    opened = OpenedFile(path, source.name, source.format, folder, profile)
    if source.format in PACKINGS:
        opened = _unpack(opened, member)
    elif member is not None:
        raise LodeError(f"{source.name} is not an archive: leave --member out.")
    return opened if escape is None else _normalise(opened, escape)


def _unpack(packed: OpenedFile, member: str | None) -> OpenedFile:
    unpacked = unpack(packed.path, packed.name, packed.format, member, packed.folder)
    name = packed.name if packed.format == "gzip" else f"{unpacked.name} in {packed.name}"
    try:
        inner = check_file(unpacked.path)
    except LodeError as error:
        # The sentence names the scratch file, which nobody knows.
        raise LodeError(str(error).replace(str(unpacked.path), name)) from None
    if inner.format in PACKINGS:
        raise LodeError(f"{name} is an archive itself: unpack it first.")
    path = _place(packed.folder, "unpacked", unpacked.name)
    unpacked.path.rename(path)
    return OpenedFile(
        path, name, inner.format, packed.folder, None, unpacked.member, is_scratch=True
    )


def _normalise(opened: OpenedFile, escape: str) -> OpenedFile:
    if escape != BACKSLASH:
        raise LodeError(f"--escape is {escape!r}: the one known is {BACKSLASH}.")
    if opened.format != "csv":
        raise LodeError(f"{opened.name} is not delimited text: leave --escape out.")
    target = _place(opened.folder, "normalised", opened.path.name)
    normalise_backslashes(opened.path, target)
    return replace(opened, path=target, profile=None, is_scratch=True)


def _place(folder: Path, kind: str, name: str) -> Path:
    path = folder / kind / file_name(name)
    path.parent.mkdir()
    return path
