"""A file as a sliding window of bytes, with the line and the place of everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lode.errors import LodeError, printable

BLOCK_BYTES = 4 * 1024 * 1024
# A row, and any statement that is no INSERT, must fit into memory.
MAXIMUM_ITEM_BYTES = 32 * 1024 * 1024


class Stream:
    """The bytes of a file from `position` on; what is before it may have been let go."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self.name = printable(path.name, 255)
        self.data = b""
        self.position = 0
        self.is_complete = False
        self.offset = 0
        self._file = file
        self._counted = 0
        self._line = 1

    def fill(self) -> bool:
        """Read one more block behind the window; False if the file has no more.

        Positions in `data` change: they are valid until the next fill only, but for `position`.
        """
        if self.is_complete:
            return False
        kept = len(self.data) - self.position
        if kept > MAXIMUM_ITEM_BYTES:
            raise LodeError(
                f"{self.name}, line {self.line()}: one row or statement has more than"
                f" {MAXIMUM_ITEM_BYTES // 1024**2} MiB, more than is read: leave its table out"
                " of the dump."
            )
        # A long item is read in doubling steps, so that it is not scanned again and again.
        block = self._file.read(max(BLOCK_BYTES, kept))
        self.line()
        self.offset += self.position
        self._counted = 0
        self.data = self.data[self.position :] + block
        self.position = 0
        self.is_complete = not block
        return bool(block)

    def line(self, position: int | None = None) -> int:
        """Return the line, from 1, of a position of the window; the last one asked is kept."""
        wanted = self.position if position is None else position
        if wanted >= self._counted:
            self._line += self.data.count(b"\n", self._counted, wanted)
        else:
            self._line -= self.data.count(b"\n", wanted, self._counted)
        self._counted = wanted
        return self._line

    def truncated(self, what: str) -> LodeError:
        """Return the error for a file that ends inside something, which began at `position`."""
        return LodeError(
            f"{self.name} ends in the middle of {what} (line {self.line()}): the dump is cut"
            " off, make or copy it again."
        )

    def unreadable(
        self, what: str, position: int | None = None, line: int | None = None
    ) -> LodeError:
        """Return the error for text that is not understood; `what` never quotes the content."""
        place = line or self.line(position)
        return LodeError(
            f"{self.name}, line {place}: {what}. Make the dump with mysqldump, mariadb-dump,"
            " phpMyAdmin or SQLite's .dump, data as INSERT ... VALUES."
        )

    def fill_to(self, count: int) -> None:
        """Read on until so many bytes are at hand, or all that the file has."""
        while len(self.data) - self.position < count and self.fill():
            continue


@contextmanager
def opened(path: Path) -> Iterator[Stream]:
    """Open a dump, behind its byte order mark; LodeError if it is UTF-16 or can't be read."""
    try:
        with path.open("rb") as file:
            stream = Stream(file, path)
            stream.fill_to(4)
            if stream.data.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise LodeError(
                    f"{stream.name} is a dump in UTF-16, as some shells write with >: make it again"
                    " with mysqldump's --result-file."
                )
            if stream.data.startswith(b"\xef\xbb\xbf"):
                stream.position = 3
            yield stream
    except OSError as error:
        name = printable(path.name, 255)
        raise LodeError(f"{name} can't be read ({error.strerror}): check the disk.") from None
