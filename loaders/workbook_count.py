"""The independent counter of .xlsx files: the XML of a sheet as a stream, without its reader.

No document type, no entity: expat is told to stop at the first one.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from lode.errors import LodeError

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedStrings.xml"
BLOCK_BYTES = 1024 * 1024
# ST_Xstring, ECMA-376 part 1, 22.9.2.19: how characters are written that XML has no place for.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def count_filled_rows(path: Path, filename: str, sheet: str) -> int | None:
    """Return the rows of a sheet with at least one value; None if the file is no .xlsx.

    Raises LodeError if the XML is broken or declares entities.
    """
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not {WORKBOOK, RELATIONS} <= names:
            return None
        part = _part_of(archive, filename, sheet)
        if part not in names:
            return None
        blank = _blank_strings(archive, filename) if STRINGS in names else set()
        counter = _RowCounter(blank)
        _parse(archive, part, filename, counter.start, counter.end, counter.text)
        return counter.count


class _RowCounter:
    """Counts rows with a cell that says something."""

    def __init__(self, blank_strings: set[int]) -> None:
        self.count = 0
        self._blank = blank_strings
        self._is_filled = False
        self._type = ""
        self._is_value = False
        self._value: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._is_filled = False
        elif name == "c":
            self._type = attributes.get("t", "n")
            self._value = []
        elif name in ("v", "t"):
            self._is_value = True

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._is_value = False
        elif name == "c":
            self._is_filled = self._is_filled or self._says_something("".join(self._value))
        elif name == "row":
            self.count += self._is_filled

    def text(self, data: str) -> None:
        if self._is_value:
            self._value.append(data)

    def _says_something(self, value: str) -> bool:
        if self._type == "e":
            return False
        if self._type == "s" and value:
            return int(value) not in self._blank
        return not _is_blank(value)


class _BlankStrings:
    """Finds the numbers of the shared strings without a character."""

    def __init__(self) -> None:
        self.found: set[int] = set()
        self._index = -1
        self._texts: list[str] = []
        self._is_text = False
        self._phonetic = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        if name == "si":
            self._index += 1
            self._texts = []
        # Phonetic hints beside the text are not part of it.
        self._phonetic += name == "rPh"
        self._is_text = name == "t"

    def end(self, name: str) -> None:
        if name == "si" and _is_blank("".join(self._texts)):
            self.found.add(self._index)
        self._phonetic -= name == "rPh"
        self._is_text = False

    def text(self, data: str) -> None:
        if self._is_text and not self._phonetic:
            self._texts.append(data)


def _blank_strings(archive: zipfile.ZipFile, filename: str) -> set[int]:
    finder = _BlankStrings()
    _parse(archive, STRINGS, filename, finder.start, finder.end, finder.text)
    return finder.found


def _part_of(archive: zipfile.ZipFile, filename: str, sheet: str) -> str:
    """Return the name of the archive's member that holds a sheet."""
    relation: list[str] = []
    targets: dict[str, str] = {}

    def sheets(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("name") == sheet:
            relation.append(next((v for k, v in attributes.items() if k.endswith(":id")), ""))

    def relations(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(archive, WORKBOOK, filename, sheets)
    _parse(archive, RELATIONS, filename, relations)
    target = targets.get(relation[0], "") if relation else ""
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    filename: str,
    start: Start,
    end: End | None = None,
    text: Text | None = None,
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise LodeError(
            f"{filename} declares a document type in its XML, as no workbook does: look at where"
            " it comes from."
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    if end is not None:
        handler = end
        parser.EndElementHandler = lambda name: handler(_local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        with archive.open(part) as stream:
            while block := stream.read(BLOCK_BYTES):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise LodeError(
            f"{filename} has broken XML in {part} ({error}): save it again as .xlsx or CSV."
        ) from None


def _is_blank(text: str) -> bool:
    """Tell whether a text has no character but blanks, control characters resolved."""
    return not _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text).strip()


def _local(name: str) -> str:
    return name.rpartition(":")[2]
