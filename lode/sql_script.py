"""Splitting our own schema files into statements."""

from __future__ import annotations

import re

# A quoted text (with its escapes), a comment, or a statement's end; whatever comes first wins.
_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`[^`]*`|--(?=\s|$)[^\n]*|\#[^\n]*|/\*.*?\*/|;""",
    re.DOTALL,
)


def split_statements(script: str) -> list[str]:
    """Return the statements of a script in order, without comments and without their semicolons."""
    statements: list[str] = []
    current: list[str] = []
    position = 0
    for match in _TOKEN.finditer(script):
        current.append(script[position : match.start()])
        position = match.end()
        token = match.group()
        if token == ";":
            statements.append("".join(current).strip())
            current = []
        elif token.startswith(("--", "#", "/*")):
            current.append(" ")
        else:
            current.append(token)
    current.append(script[position:])
    statements.append("".join(current).strip())
    return [statement for statement in statements if statement]
