"""Text written with backslashes, as MySQL's INTO OUTFILE and many scripts do, made plain.

The result is UTF-8 by RFC 4180 with the same records in the same order, and goes the way of every
other file; line numbers in messages count its lines. Sources: MySQL's reference manual on LOAD DATA
(FIELDS ESCAPED BY), Python's csv with escapechar.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from loaders.check import SAMPLE_BYTES
from loaders.text import detect_encoding, profile_of
from lode.errors import LodeError

DELIMITERS = (b",", b";", b"\t", b"|")
# A field longer than this is no field: a quote was opened that nothing closes.
MAXIMUM_FIELD_BYTES = 32 * 1024 * 1024
_ESCAPES = {
    b"n": b"\n",
    b"t": b"\t",
    b"r": b"\r",
    b"b": b"\b",
    b"0": b"\0",
    b"Z": b"\x1a",
}
_ESCAPED = re.compile(rb"\\(.)", re.S)
_DOUBLED = re.compile(rb'""|\\(.)', re.S)
_NULL = b"\\N"


def normalise_backslashes(path: Path, target: Path) -> None:
    r"""Write the text of `path` to the new file `target` without backslash escapes.

    `\N` alone becomes an empty field, other escaped characters what they stand for. Raises
    LodeError if a quote is never closed or the encoding is broken.
    """
    with path.open("rb") as file:
        encoding = detect_encoding(file.read(SAMPLE_BYTES), profile_of(path))
    blocks = encoding.blocks(path)
    first = next(blocks, b"")
    delimiter = _delimiter(first)
    text = _Normaliser(delimiter, path.name)
    with target.open("xb") as output:
        for block in _chain(first, blocks):
            output.write(encoding.to_utf_8(text.feed(block, is_last=False)))
        output.write(encoding.to_utf_8(text.feed(b"", is_last=True)))


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _delimiter(sample: bytes) -> bytes:
    """Return the delimiter that is most often in the first line, outside quotes and escapes."""
    line = re.sub(rb'\\.|"(?:[^"\\]|\\.|"")*"', b"", sample, flags=re.S).split(b"\n", 1)[0]
    counts = Counter({delimiter: line.count(delimiter) for delimiter in DELIMITERS})
    return max(DELIMITERS, key=lambda delimiter: counts[delimiter])


class _Normaliser:
    """Turns a stream of blocks into plain text, holding back a field that is not whole."""

    def __init__(self, delimiter: bytes, name: str) -> None:
        escaped = re.escape(delimiter)
        # A field and what ends it. A quoted field ends at a quote that is neither escaped nor
        # doubled; what stands behind it up to the delimiter is kept, for the reader to refuse.
        inside = rb'[^"\\]*(?:(?:\\.|"")[^"\\]*)*'
        plain = rb"[^\\" + escaped + rb"\r\n]"
        bare = rb'(?:(?!")' + plain + rb"|\\.)" + plain + rb"*(?:\\." + plain + rb"*)*"
        behind = rb"[^" + escaped + rb"\r\n]*"
        self._field = re.compile(
            rb'(?:"(' + inside + rb')"(' + behind + rb")|(" + bare + rb"|))"
            rb"(" + escaped + rb"|\r\n|\n|\r|\Z)",
            re.S,
        )
        self._name = name
        self._held = b""

    def feed(self, block: bytes, *, is_last: bool) -> bytes:
        """Take the next bytes and return what is whole by now."""
        data = self._held + block
        plain = b"\\" not in data
        end = len(data) if is_last else self._safe_end(data, plain)
        if plain:
            self._held = data[end:]
            return data[:end]
        pieces: list[bytes] = []
        position = 0
        while position < end:
            found = self._field.match(data, position)
            if found is None or (found.end() == len(data) and not is_last):
                break
            pieces.append(self._plain(found))
            position = found.end()
            if not found.group(4):
                break
        if is_last and position < len(data):
            raise LodeError(
                f"{self._name} has a quote or a backslash at its end that nothing follows: the file"
                " is cut off, or not written with backslashes; leave --escape out."
            )
        if len(data) - position > MAXIMUM_FIELD_BYTES:
            raise LodeError(
                f"{self._name} has a field of more than {MAXIMUM_FIELD_BYTES // 1024**2} MiB: a"
                " quote is never closed, or the file is not written with backslashes."
            )
        self._held = data[position:]
        return b"".join(pieces)

    def _safe_end(self, data: bytes, plain: bool) -> int:
        """Return up to where plain text can go out: the last line end outside quotes."""
        if not plain:
            return len(data)
        end = data.rfind(b"\n") + 1
        return end if data.count(b'"', 0, end) % 2 == 0 else 0

    def _plain(self, found: re.Match[bytes]) -> bytes:
        quoted, behind, bare, end = found.groups()
        if quoted is not None:
            value = _DOUBLED.sub(_unescape, quoted) if b"\\" in quoted else None
            if value is None:
                return b'"' + quoted + b'"' + behind + end
            return b'"' + value.replace(b'"', b'""') + b'"' + behind + end
        if bare == _NULL:
            return end
        if b"\\" not in bare:
            return bare + end
        value = _ESCAPED.sub(_unescape, bare)
        return b'"' + value.replace(b'"', b'""') + b'"' + end


def _unescape(found: re.Match[bytes]) -> bytes:
    character = found.group(1)
    if character is None:
        return b'"'
    return _ESCAPES.get(character, character)
