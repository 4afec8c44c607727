"""Registry files in XML, read as a stream; a document type, and so any entity, is refused.

The tags are those that programs in public use read, not an official description: `list` with `val`
(area code), `ac` with `val`, and `ph` with `val` of seven digits, whose leading zeros may be lost.
In a change file a `ph` carries its mark and moment in attributes of whatever name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from loaders.dnc.flat import ACTIONS
from loaders.dnc.numbers import ADD, Change, moment_in
from lode.errors import LodeError

LIST, AREA_CODE, PHONE, VALUE = "list", "ac", "ph", "val"
BLOCK_BYTES = 1024 * 1024


class _Reader:
    """Gathers what the parser tells it until it is taken away."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.area = ""
        self.listed: list[str] = []
        self.kind = ""
        self.found: list[Change] = []
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start

    def _refuse(self, *_: object) -> None:
        raise LodeError(f"{self.name} declares a document type, which a registry file never does.")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        value = attributes.get(VALUE, "")
        if tag == LIST:
            self.kind = attributes.get("type", "").lower()
            if re.fullmatch(r"[0-9]{3}", value):
                self.area = value
                self.listed.append(value)
        elif tag == AREA_CODE:
            if not re.fullmatch(r"[0-9]{3}", value):
                raise self._bad_line("no area code")
            self.area = value
            self.listed.append(value)
        elif tag == PHONE:
            self.found.append(self._phone(value, attributes))

    def _phone(self, value: str, attributes: dict[str, str]) -> Change:
        digits = value.replace("-", "")
        digits = digits if len(digits) == 10 else self.area + digits.zfill(7)
        if not re.fullmatch(r"[0-9]{10}", digits):
            raise self._bad_line("no telephone number")
        action, moment = ADD, ""
        for name, text in attributes.items():
            if name != VALUE and text.lower().encode() in ACTIONS:
                action = ACTIONS[text.lower().encode()]
            elif name != VALUE:
                moment = self._moment(text) or moment
        return Change(int(digits), action, moment)

    def _moment(self, text: str) -> str:
        try:
            return moment_in(text)
        except ValueError:
            raise self._bad_line("a day that no calendar has") from None

    def _bad_line(self, what: str) -> LodeError:
        line = self.parser.CurrentLineNumber
        return LodeError(f"{self.name}, line {line} holds {what}: nothing of the file was taken.")


def is_xml(path: Path) -> bool:
    """Tell whether a file is XML by its first character."""
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")


def head(path: Path, name: str) -> tuple[bool, tuple[int, ...]]:
    """Return whether an XML file is a change list, and the area codes it names.

    A full list is known by its head, which names them; a change list is read to its end for them.
    """
    reader = _Reader(name)
    with path.open("rb") as file:
        _feed(reader, file.read(64 * 1024), is_last=False)
        is_change = reader.kind.startswith("change") or any(
            change.action != ADD or change.moment for change in reader.found
        )
        while is_change and (block := file.read(BLOCK_BYTES)):
            reader.found.clear()
            _feed(reader, block, is_last=False)
    return is_change, tuple(int(code) for code in dict.fromkeys(reader.listed))


def records(path: Path, name: str) -> Iterator[Change]:
    """Yield the numbers of an XML file in its order; additions unless they say otherwise."""
    reader = _Reader(name)
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            _feed(reader, block, is_last=False)
            yield from reader.found
            reader.found.clear()
    _feed(reader, b"", is_last=True)
    yield from reader.found


def _feed(reader: _Reader, block: bytes, *, is_last: bool) -> None:
    try:
        reader.parser.Parse(block, is_last)
    except expat.ExpatError as error:
        line = error.lineno
        if is_last:
            raise LodeError(
                f"{reader.name} is cut off in line {line}: download it again."
            ) from None
        raise LodeError(
            f"{reader.name} is no XML from line {line} on ({expat.errors.messages[error.code]}):"
            " download it again."
        ) from None
