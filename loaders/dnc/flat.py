"""Flat registry files: one number per line, or changes with a mark and a moment.

No document of the registry fixes the order of a change line's fields, so they are told apart by
what they look like. A full list whose lines are all alike is read as a matrix of characters; the
first line that is not like the first one goes, with all after it, through the slow reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from loaders.dnc.numbers import ADD, DELETE, PHONE, POWERS, Block, Change, blocks_of, moment_in
from lode.errors import LodeError

BLOCK_LINES = 1_000_000
FULL_LINE = re.compile(rb"(?:[0-9]{10}|[0-9]{3},[0-9]{7}|[0-9]{3}-[0-9]{3}-[0-9]{4})\r?\n")
ACTIONS = {b"a": ADD, b"add": ADD, b"added": ADD, b"d": DELETE, b"delete": DELETE}
ACTIONS[b"deleted"] = DELETE
PHONE_HEADERS = (b"phone", b"phonenumber", b"telephone", b"telephonenumber", b"number")
AREA_HEADERS = (b"areacode", b"area", b"npa")
MAXIMUM_LINE = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def has_changes(path: Path) -> bool:
    """Tell whether a flat file is a change file: its first records carry a mark."""
    with _opened(path) as file:
        lines = [file.readline(MAXIMUM_LINE) for _ in range(2)]
    return any(field.lower() in ACTIONS for line in lines for field in _fields(line))


def _opened(path: Path) -> IO[bytes]:
    """Open a file behind the mark that some editors put before its first character."""
    file = path.open("rb")
    if file.read(len(BYTE_ORDER_MARK)) != BYTE_ORDER_MARK:
        file.seek(0)
    return file


def full_blocks(path: Path, name: str) -> Iterator[Block]:
    """Yield the numbers of a full list."""
    with _opened(path) as file:
        start = file.tell()
        first = file.readline(MAXIMUM_LINE)
        columns = _phone_columns(first, name)
        if not columns:
            file.seek(start)
        if not columns and FULL_LINE.fullmatch(first):
            yield from _alike(file, first, name)
        else:
            yield from blocks_of(_one_by_one(file, name, columns, 1 if columns else 0))


def changes(path: Path, name: str) -> Iterator[Change]:
    """Yield the records of a change file in its order."""
    with _opened(path) as file:
        for number, line in _lines(file):
            change = _change(_fields(line))
            if change is not None:
                yield change
            elif number > 1 or not _is_heading(line):
                raise _bad_line(name, number, line, "a number, A or D, and a moment")


def _alike(file: IO[bytes], first: bytes, name: str) -> Iterator[Block]:
    """Yield numbers for as long as every line has the form of the first one."""
    ending = b"\r\n" if first.endswith(b"\r\n") else b"\n"
    form = np.frombuffer(first, dtype=np.uint8)
    is_digit = (form >= ord("0")) & (form <= ord("9"))
    record = 1
    while block := file.read(len(first) * BLOCK_LINES):
        whole = block if block.endswith(b"\n") else block + ending
        lines = np.frombuffer(whole[: len(whole) // len(first) * len(first)], dtype=np.uint8)
        lines = lines.reshape(-1, len(first))
        digits = lines[:, is_digit] - ord("0")
        if (
            len(whole) % len(first)
            or (digits > 9).any()
            or (lines[:, ~is_digit] != form[~is_digit]).any()
        ):
            file.seek(-len(block), 1)
            for rest in blocks_of(_one_by_one(file, name, (), record - 1)):
                yield Block(record - 1 + rest.first, rest.numbers)
            return
        yield Block(record, digits.astype(np.int64) @ POWERS)
        record += len(lines)


def _one_by_one(
    file: IO[bytes], name: str, columns: tuple[int, ...], skipped: int
) -> Iterator[int]:
    for number, line in _lines(file, skipped):
        text = line.strip()
        if columns:
            parts = [field for at, field in enumerate(_fields(line)) if at in columns]
            # A column of whole numbers needs no area code.
            text = next((part for part in parts if PHONE.fullmatch(part)), b"".join(parts))
        found = PHONE.fullmatch(text)
        if not found:
            raise _bad_line(name, number, line, "one telephone number of ten digits")
        yield int(b"".join(found.groups()))


def _lines(file: IO[bytes], skipped: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield lines that are not blank with their numbers."""
    number = skipped
    while line := file.readline(MAXIMUM_LINE):
        number += 1
        if line.strip():
            yield number, line


def _fields(line: bytes) -> list[bytes]:
    return [field.strip(b' "\r\n\t') for field in re.split(rb"[,;|\t]", line.strip())]


def _change(fields: list[bytes]) -> Change | None:
    """Return what a line's fields say, whatever their order; None if they don't say it."""
    phone = action = None
    moment = ""
    area = b""
    for field in fields:
        if field.lower() in ACTIONS and action is None:
            action = ACTIONS[field.lower()]
        elif not moment and (said := _moment(field)):
            moment = said
        elif re.fullmatch(rb"[0-9]{3}", field) and not area:
            area = field
        elif phone is None and (found := PHONE.fullmatch(area + field)):
            phone = int(b"".join(found.groups()))
        else:
            return None
    return None if phone is None or action is None else Change(phone, action, moment)


def _moment(field: bytes) -> str:
    """Return a field as a moment; "" if it is none, and for a day that no calendar has."""
    try:
        return moment_in(field.decode())
    except ValueError:
        return ""


def _phone_columns(line: bytes, name: str) -> tuple[int, ...]:
    """Return the columns that make up a number if the first line is a heading; () if it is none."""
    if not _is_heading(line):
        return ()
    names = [re.sub(rb"[^a-z]", b"", field.lower()) for field in _fields(line)]
    areas = [column for column, heading in enumerate(names) if heading in AREA_HEADERS]
    for column, heading in enumerate(names):
        if heading in PHONE_HEADERS:
            return (*areas[:1], column)
    raise LodeError(f"{name} has a heading without a column for the number, such as `phone`.")


def _is_heading(line: bytes) -> bool:
    return re.search(rb"[A-Za-z]{4}", line) is not None and not re.search(rb"[0-9]{7}", line)


def _bad_line(name: str, number: int, line: bytes, wanted: str) -> LodeError:
    if not line.endswith(b"\n"):
        return LodeError(f"{name} is cut off in line {number}, its last: download it again.")
    return LodeError(f"{name}, line {number} is not {wanted}: nothing of the file was taken.")
