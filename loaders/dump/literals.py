"""Values as SQL writes them, turned into the text they stand for.

Text comes back in the bytes of the dump's character set, blobs (X'..', 0x.., b'..', _binary'..') as
lower-case hexadecimal digits, numbers just as they are written.
"""

from __future__ import annotations

import re
import sys

# A repetition that never goes back needs no memory for every turn; Python has it since 3.11.
REPEATED = rb"*+" if sys.version_info >= (3, 11) else rb"*"
# Longer strings are unescaped by whole replacements, without an object for every escape.
LONG_BYTES = 64 * 1024
SINGLE = rb"'[^'\\]*(?:(?:\\.|'')[^'\\]*)" + REPEATED + rb"'"
DOUBLE = rb'"[^"\\]*(?:(?:\\.|"")[^"\\]*)' + REPEATED + rb'"'
SINGLE_PLAIN = rb"'[^']*(?:''[^']*)*'"
DOUBLE_PLAIN = rb'"[^"]*(?:""[^"]*)*"'
BACKTICK = rb"`[^`]*(?:``[^`]*)*`"
COMMENT = rb"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|--[^\n]*\n|\#[^\n]*\n"

_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_HEX = re.compile(rb"0x([0-9A-Fa-f]*)|[xX]'([0-9A-Fa-f]*)'")
_BITS = re.compile(rb"0b([01]*)|[bB]'([01]*)'")
_PREFIXED = re.compile(rb"(?:_([A-Za-z0-9]+)|[nN])\s*(?=['\"])|_binary\s+(?=0x|[xX]')", re.I)
_ESCAPE = re.compile(rb"\\(.)|''", re.S)
_ESCAPE_DOUBLE = re.compile(rb'\\(.)|""', re.S)
_ESCAPES = {
    b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a",
    b"%": b"\\%", b"_": b"\\_",
}  # fmt: skip
_WORDS = {b"NULL": None, b"TRUE": b"1", b"FALSE": b"0"}
_STRINGS = {
    (True, b"'"): re.compile(SINGLE, re.S),
    (True, b'"'): re.compile(DOUBLE, re.S),
    (False, b"'"): re.compile(SINGLE_PLAIN),
    (False, b'"'): re.compile(DOUBLE_PLAIN),
}
_CALL = re.compile(rb"\s*(replace|char|unistr)\s*\(\s*", re.I)
_ARGUMENT_END = re.compile(rb"\s*([,)])\s*")
_CODE = re.compile(rb"\d{1,7}")
_UNISTR = re.compile(r"\\(\\|\+[0-9A-Fa-f]{6}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-9A-Fa-f]{4})")


class NotALiteralError(Exception):
    """The text of a value is none of the literals that dumps hold."""


def value_of(text: bytes, has_backslashes: bool, is_blob: bool = False) -> bytes | None:
    """Return the value of a literal; `is_blob` makes hexadecimal digits of a plain string.

    Raises NotALiteralError for anything else, such as a function that only a server can run.
    """
    text = text.strip()
    first = text[:1]
    if first in (b"'", b'"'):
        value = _string(text, has_backslashes)
        return value.hex().encode() if is_blob else value
    if text.upper() in _WORDS:
        return _WORDS[text.upper()]
    if _NUMBER.fullmatch(text):
        return text
    prefix = _PREFIXED.match(text)
    if prefix:
        rest = text[prefix.end() :]
        is_binary = (prefix[1] is None and first == b"_") or (prefix[1] or b"").lower() == b"binary"
        return value_of(rest, has_backslashes, is_blob or is_binary)
    digits = _HEX.fullmatch(text)
    if digits:
        return _hexadecimal(digits[1] if digits[1] is not None else digits[2])
    bits = _BITS.fullmatch(text)
    if bits:
        return _bits(bits[1] if bits[1] is not None else bits[2])
    return _called(text)


def _string(text: bytes, has_backslashes: bool) -> bytes:
    quote = text[:1]
    if not _STRINGS[has_backslashes, quote].fullmatch(text):
        raise NotALiteralError
    return _unescaped(text[1:-1], quote, has_backslashes)


def _unescaped(inner: bytes, quote: bytes, has_backslashes: bool) -> bytes:
    if not has_backslashes or b"\\" not in inner:
        return inner.replace(quote * 2, quote)
    pattern = _ESCAPE if quote == b"'" else _ESCAPE_DOUBLE
    if len(inner) > LONG_BYTES:
        # Pairs of backslashes first: in what is between them every backslash begins an escape.
        pieces = inner.replace(quote * 2, quote).split(b"\\\\")
        return b"\\".join(_long_unescaped(piece) if b"\\" in piece else piece for piece in pieces)

    def plain(match: re.Match[bytes]) -> bytes:
        letter = match[1]
        return quote if letter is None else _ESCAPES.get(letter, letter)

    return pattern.sub(plain, inner)


def _long_unescaped(piece: bytes) -> bytes:
    for letter, character in (*_ESCAPES.items(), (b"'", b"'"), (b'"', b'"')):
        if letter not in b"%_":
            piece = piece.replace(b"\\" + letter, character)
    return re.sub(rb"\\(?![%_])", b"", piece)


def _hexadecimal(digits: bytes) -> bytes:
    # An odd number of digits has a zero before it, as in MySQL's 0x.
    return (b"0" if len(digits) % 2 else b"") + digits.lower()


def _bits(bits: bytes) -> bytes:
    size = (len(bits) + 7) // 8
    return (int(bits, 2).to_bytes(size, "big") if bits else b"").hex().encode()


def _called(text: bytes) -> bytes | None:
    """Return the value of the functions that SQLite writes around control characters."""
    value, end = _expression(text, 0)
    if end != len(text):
        raise NotALiteralError
    return value


def _expression(text: bytes, start: int) -> tuple[bytes, int]:
    call = _CALL.match(text, start)
    if not call:
        literal = _STRINGS[False, b"'"].match(text, start) or _CODE.match(text, start)
        if not literal:
            raise NotALiteralError
        if literal[0][:1] == b"'":
            return literal[0][1:-1].replace(b"''", b"'"), literal.end()
        return literal[0], literal.end()
    arguments, end = [], call.end()
    while True:
        argument, end = _expression(text, end)
        arguments.append(argument)
        mark = _ARGUMENT_END.match(text, end)
        if not mark:
            raise NotALiteralError
        end = mark.end() if mark[1] == b"," else mark.end(1)
        if mark[1] == b")":
            return _apply(call[1].lower(), arguments), end


def _apply(name: bytes, arguments: list[bytes]) -> bytes:
    try:
        if name == b"char":
            return "".join(chr(int(code)) for code in arguments).encode()
        if name == b"replace":
            text, old, new = arguments
            return text.replace(old, new) if old else text
        (text,) = arguments
        return _UNISTR.sub(_character, text.decode("utf-8", "surrogateescape")).encode(
            "utf-8", "surrogateescape"
        )
    except (ValueError, OverflowError):
        raise NotALiteralError from None


def _character(match: re.Match[str]) -> str:
    return "\\" if match[1] == "\\" else chr(int(match[1].lstrip("+uU"), 16))
