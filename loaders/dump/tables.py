"""CREATE TABLE statements: the columns they tell of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from loaders.dump.literals import BACKTICK, COMMENT, DOUBLE_PLAIN, SINGLE

GAP = rb"(?:\s|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|--[^\n]*\n|\#[^\n]*\n)*"
NAME = rb"(?:" + BACKTICK + rb"|" + DOUBLE_PLAIN + rb"|\[[^\]]*\]|[\w$\x80-\xff]+)"
TABLE_NAME = NAME + rb"(?:" + GAP + rb"\." + GAP + NAME + rb")?"
_CREATE = re.compile(
    rb"CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP(?:ORARY)?\s+)?TABLE" + GAP
    + rb"(?:IF\s+NOT\s+EXISTS" + GAP + rb")?(" + TABLE_NAME + rb")" + GAP + rb"(?=(\()?)",
    re.I,
)  # fmt: skip
_NAME = re.compile(NAME)
_TOKEN = re.compile(
    rb"(?P<comment>" + COMMENT + rb")|(?P<text>" + SINGLE + rb"|" + DOUBLE_PLAIN + rb"|" + BACKTICK
    + rb"|\[[^\]]*\])|(?P<mark>[(),])|[\w$\x80-\xff]+|\s+|.",
    re.S,
)  # fmt: skip
_NO_COLUMN = re.compile(
    rb"(?:PRIMARY|UNIQUE|INDEX|CONSTRAINT|FOREIGN|CHECK|FULLTEXT|SPATIAL|PERIOD|EXCLUDE|LIKE)\b"
    # SQLite has columns that are called key.
    rb"|KEY\s*[(`\"]|KEY\s+(?!(?:n?(?:var)?char|int|integer|text|numeric|decimal)\b)\w+\s*\(",
    re.I,
)
_GENERATED = re.compile(rb"\bGENERATED\s+ALWAYS\s+AS\b(?!\s*(?:ROW|IDENTITY))|\sAS\s*\(", re.I)
_BLOB = re.compile(
    rb"\s*(?:(?:tiny|medium|long)?blob|(?:var)?binary|bit|geometry(?:collection)?|(?:multi)?point"
    rb"|(?:multi)?linestring|(?:multi)?polygon|vector)\b",
    re.I,
)
_QUOTED_TEXT = re.compile(SINGLE, re.S)


@dataclass(frozen=True)
class Column:
    """A column: its name, whether it holds bytes rather than text, whether it is computed."""

    name: str
    is_blob: bool = False
    is_generated: bool = False


@dataclass(frozen=True)
class TableName:
    """A table and the database it is in, None if the dump does not say."""

    database: str | None
    table: str

    @property
    def full(self) -> str:
        """The name with its database."""
        return f"{self.database}.{self.table}" if self.database else self.table


def plain_name(name: bytes) -> str:
    """Return an identifier without its quotes."""
    name = name.strip()
    quote = name[:1]
    if quote in (b"`", b'"'):
        name = name[1:-1].replace(quote * 2, quote)
    elif quote == b"[":
        name = name[1:-1]
    return name.decode("utf-8", "replace")


def names_in(text: bytes) -> list[str]:
    """Return the identifiers of a list or of a dotted name."""
    return [plain_name(match[0]) for match in _NAME.finditer(re.sub(COMMENT, b" ", text))]


def table_name(text: bytes, database: str | None) -> TableName:
    """Return the table that a name, with or without its database, stands for."""
    names = names_in(text)
    return TableName(names[0] if len(names) > 1 else database, names[-1])


def created_table(
    statement: bytes, database: str | None
) -> tuple[TableName, tuple[Column, ...]] | None:
    """Return the table and the columns of a CREATE TABLE statement; None if it lists none."""
    found = _CREATE.match(statement)
    if not found or found[2] is None:
        return None
    columns = []
    for item in _items(statement, found.end()):
        name = _NAME.match(item)
        if not name or _NO_COLUMN.match(item):
            continue
        rest = item[name.end() :]
        bare = _QUOTED_TEXT.sub(b"''", rest)
        columns.append(
            Column(plain_name(name[0]), bool(_BLOB.match(rest)), bool(_GENERATED.search(bare)))
        )
    return (table_name(found[1], database), tuple(columns)) if columns else None


def _items(statement: bytes, start: int) -> list[bytes]:
    """Return the items of the list in parentheses, without comments and blanks around them."""
    items: list[bytes] = []
    item: list[bytes] = []
    depth = 0
    for token in _TOKEN.finditer(statement, start):
        if token["comment"]:
            item.append(b" ")
            continue
        text = token[0]
        depth += (text == b"(") - (text == b")")
        if (text == b"," and depth == 1) or depth == 0:
            items.append(b"".join(item[1:] if not items else item).strip())
            item = []
            if depth == 0:
                break
        else:
            item.append(text)
    return items


def without_blobs(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns as SQLite sees them: what is a blob, every value says for itself."""
    return tuple(replace(column, is_blob=False) for column in columns)
