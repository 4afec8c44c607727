"""The statement that loads a chunk: LOAD DATA LOCAL INFILE, or Aurora's LOAD DATA FROM S3.

With LODE_LOAD_FROM_S3 the chunk is put below that prefix for as long as the statement runs, and
Aurora fetches it: the cluster needs a role for it (`aws_default_s3_role`), the loader's account the
grant AWS_LOAD_S3_ACCESS. No other server knows that statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loaders import s3
from loaders.mapping import UNMAPPED
from loaders.s3 import S3Address

LOCAL = "local infile"
FROM_S3 = "from s3 file"


def load_statement(origin: str, table: str, columns: str, keeps_rows: bool = False) -> str:
    """Return the statement for a chunk file; its one parameter is the file's path or address.

    With `keeps_rows` a record whose key is taken is passed over with a warning.
    """
    duplicates = " ignore" if keeps_rows else ""
    # As bytes the file is not taken apart into characters first, which costs MariaDB a tenth of the
    # time; broken UTF-8 is found all the same, when the value is stored. MySQL makes no JSON of
    # bytes.
    character_set = "binary" if set(UNMAPPED).isdisjoint(columns.split(", ")) else "utf8mb4"
    return (
        f"load data {origin} %s{duplicates} into table {table} character set {character_set}"
        " fields terminated by ',' optionally enclosed by '\"' escaped by ''"
        f" lines terminated by '\\n' ({columns})"
    )


def load_chunk(
    cursor: Any,
    table: str,
    columns: str,
    path: Path,
    name: str,
    prefix: str | None,
    keeps_rows: bool = False,
) -> int:
    """Load a chunk file; returns how many rows the server took.

    `prefix` is where Aurora fetches it from (None: it is sent), `name` a name that no other chunk
    of the warehouse has.
    """
    if prefix is None:
        return int(cursor.execute(load_statement(LOCAL, table, columns, keeps_rows), (str(path),)))
    with _staged(path, name, prefix) as address:
        return int(
            cursor.execute(load_statement(FROM_S3, table, columns, keeps_rows), (str(address),))
        )


@contextmanager
def _staged(path: Path, name: str, prefix: str) -> Iterator[S3Address]:
    """Keep a file in S3 for the block; what a kill leaves is overwritten by the next attempt."""
    base = s3.parse(prefix)
    address = S3Address(base.bucket, f"{base.key.strip('/')}/{name}".lstrip("/"))
    with s3.sentences(address):
        s3.client().upload_file(str(path), address.bucket, address.key, Config=s3.transfer_config())
    try:
        yield address
    finally:
        with s3.sentences(address):
            s3.client().delete_object(Bucket=address.bucket, Key=address.key)
