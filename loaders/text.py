"""Character encodings: what a file is in, and its bytes as blocks that the record counter can read.

A file is UTF-8 if all of it is. If some bytes are not, the rest decides: where well-formed UTF-8
sequences outnumber broken ones, the file is UTF-8 and only the broken records are refused; else it
is Windows-1252, of which ISO 8859-1 is the part in use. UTF-16 is told by its mark or its NULs.

UTF-8 and Windows-1252 are read as they are, since delimiters, quotes and line ends are the same
bytes in both; UTF-16 is turned into UTF-8 on the way.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from loaders.check import BYTE_ORDER_MARKS, utf_16_encoding
from lode.errors import LodeError

BLOCK_BYTES = 16 * 1024 * 1024
# The server waits for the first block, so blocks begin small and double.
FIRST_BLOCK_BYTES = 1024 * 1024
# Windows-1252 leaves five bytes undefined; as in browsers they stand for the controls of the same
# number, so that every byte has a character and can be turned back.
_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_DECODING = "".join(
    chr(byte) if byte in _UNDEFINED else bytes([byte]).decode("cp1252") for byte in range(256)
)
# Bytes in which broken sequences are counted; enough to decide, little enough to cost nothing.
_MAXIMUM_PROFILED_BYTES = 32 * 1024 * 1024


@dataclass
class TextProfile:
    """What the bytes of a file say about their encoding; fed block by block while it is copied."""

    is_utf_8: bool = True
    well_formed: int = 0
    broken: int = 0
    _tail: bytes = b""
    _profiled: int = field(default=0, repr=False)

    def feed(self, block: bytes, is_last: bool = False) -> None:
        """Take the next bytes of the file."""
        data = self._tail + block
        if self.is_utf_8:
            if not self._tail and block.isascii():
                return
            try:
                text, consumed = codecs.utf_8_decode(data, "strict", is_last)
                self._tail = data[consumed:]
                # Every byte beyond one per character is proof of a well-formed sequence.
                self.well_formed += consumed - len(text)
                return
            except UnicodeDecodeError:
                self.is_utf_8 = False
        if self._profiled < _MAXIMUM_PROFILED_BYTES:
            self._profiled += len(data)
            text, consumed = codecs.utf_8_decode(data, "surrogateescape", is_last)
            self._tail = data[consumed:]
            high = [character for character in text if character > "\x7f"]
            broken = sum("\udc80" <= character <= "\udcff" for character in high)
            self.broken += broken
            self.well_formed += len(high) - broken


def profile_of(path: Path) -> TextProfile:
    """Return the profile of a whole file."""
    profile = TextProfile()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            profile.feed(block)
    profile.feed(b"", is_last=True)
    return profile


@dataclass(frozen=True)
class TextEncoding:
    """An encoding: its codec's name, the mark before the text, whether every byte fits it."""

    name: str
    mark_bytes: int
    is_clean: bool

    def to_utf_8(self, data: bytes) -> bytes:
        """Turn bytes as the blocks hold them into UTF-8."""
        if self.name == "cp1252" and not data.isascii():
            return codecs.charmap_decode(data, "strict", _DECODING)[0].encode("utf-8")
        return data

    def blocks(self, path: Path) -> Iterator[bytes]:
        """Yield the file's text after the mark in blocks of bytes that extend ASCII."""
        with path.open("rb") as file:
            file.seek(self.mark_bytes)
            raw_blocks = _growing_blocks(file)
            if not self.name.startswith("utf-16"):
                yield from raw_blocks
                return
            decoder = codecs.getincrementaldecoder(self.name)("strict")
            try:
                for block in raw_blocks:
                    yield decoder.decode(block).encode("utf-8")
                yield decoder.decode(b"", final=True).encode("utf-8")
            except UnicodeError as error:
                raise LodeError(
                    f"{path.name} is not well-formed {self.name.upper()}"
                    f" ({getattr(error, 'reason', error)}): save it as UTF-8."
                ) from None


def _growing_blocks(file: BinaryIO) -> Iterator[bytes]:
    size = FIRST_BLOCK_BYTES
    while block := file.read(min(size, BLOCK_BYTES)):
        yield block
        size *= 2


def detect_encoding(sample: bytes, profile: TextProfile) -> TextEncoding:
    """Decide on the encoding of a file from its first bytes and the profile of all of them."""
    mark = next((len(mark) for mark in BYTE_ORDER_MARKS if sample.startswith(mark)), 0)
    utf_16 = utf_16_encoding(sample)
    if utf_16:
        return TextEncoding(utf_16, mark, True)
    if profile.is_utf_8:
        return TextEncoding("utf-8", mark, True)
    if mark or profile.well_formed > 2 * profile.broken:
        return TextEncoding("utf-8", mark, False)
    return TextEncoding("cp1252", 0, True)
