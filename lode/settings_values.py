"""Reading one setting from environment variables: the right form, or a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lode.errors import LodeError


def path_of(values: Mapping[str, str], name: str) -> Path | None:
    """Return a path in its one spelling, as a server is found again by that of its data."""
    value = values.get(name)
    try:
        return Path(value).expanduser().resolve() if value else None
    except (OSError, RuntimeError) as error:
        raise LodeError(f"{name} is {value!r}, which leads nowhere ({error}).") from error


def s3_prefix_of(values: Mapping[str, str], name: str) -> str | None:
    """Return a bucket with a prefix, None where none is given. Raises LodeError."""
    value = values.get(name)
    if value is not None and re.fullmatch(r"s3://[a-z0-9][a-z0-9._-]{1,253}(/.*)?", value) is None:
        raise LodeError(f"{name} is {value!r}: write s3://bucket/prefix, or leave it unset.")
    return value


def choice_of(
    values: Mapping[str, str], name: str, choices: tuple[str, ...], default: str = "mariadb"
) -> str:
    """Return one of the choices in lower case. Raises LodeError."""
    value = values.get(name, default).lower()
    if value not in choices:
        raise LodeError(f"{name} is {value!r}: use one of {', '.join(choices)}.")
    return value


def port_of(values: Mapping[str, str], name: str) -> int | None:
    """Return a TCP port, None where none is given. Raises LodeError."""
    value = values.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise LodeError(f"{name} is {value!r}: use a number from 1 to 65535.")
    return int(value)


def size_of(values: Mapping[str, str], name: str, default: str) -> str:
    """Return a size of memory as DuckDB writes it. Raises LodeError."""
    value = values.get(name, default)
    if re.fullmatch(r"[1-9][0-9]*(MB|GB)", value) is None:
        raise LodeError(f"{name} is {value!r}: write a size such as 800MB or 3GB.")
    return value


def count_of(values: Mapping[str, str], name: str, default: int) -> int:
    """Return a count from 0 on. Raises LodeError."""
    value = values.get(name, str(default))
    if re.fullmatch(r"[0-9]{1,9}", value) is None:
        raise LodeError(f"{name} is {value!r}: write a number from 0 to 999999999.")
    return int(value)


def pepper_of(values: Mapping[str, str], name: str) -> str | None:
    """Return a secret of 32 characters or more, None where none is given. Raises LodeError."""
    value = values.get(name)
    if value is not None and len(value) < 32:
        raise LodeError(
            f"{name} has {len(value)} characters: use at least 32 that nobody can guess, such as"
            " `openssl rand -hex 32` prints."
        )
    return value
