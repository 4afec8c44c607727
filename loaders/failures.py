"""Whose fault a failure is: the file's, which is then parked, or that of what is around it."""

from __future__ import annotations

import pymysql

from loaders.s3 import AbsentError
from loaders.writer import is_transient
from lode.errors import BusyError, LodeError

# What the database says when it is not ready for any file: rights, schema, disk, LOAD DATA LOCAL.
_DATABASE_ERRORS = (1021, 1044, 1045, 1049, 1114, 1142, 1146, 1148, 1290, 3159, 3948, 4166)
_FILE_ERRORS = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)


class NotNowError(LodeError):
    """A file can't be loaded as things are set up; the file itself is not looked at yet."""


def is_fault_of_file(error: BaseException) -> bool:
    """Tell whether a load failed because of its file, so that trying it again changes nothing.

    A lost connection, a full disk, missing rights or another process are no fault of the file: it
    stays where it is and is tried again. The errors behind a sentence tell the two apart.
    """
    if isinstance(error, BusyError | AbsentError | NotNowError | MemoryError) or is_transient(
        error
    ):
        return False
    return not any(_is_around(cause) for cause in _causes(error))


def _is_around(error: BaseException) -> bool:
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, _FILE_ERRORS):
        return False
    if isinstance(error, pymysql.MySQLError):
        code = error.args[0] if error.args else 0
        return is_transient(error) or code in _DATABASE_ERRORS
    return isinstance(error, OSError | BotoCoreError | ClientError)


def _causes(error: BaseException) -> list[BaseException]:
    """Return the errors behind an error, also those that its sentence hides."""
    found: list[BaseException] = []
    behind: BaseException | None = error
    while behind is not None and behind not in found:
        found.append(behind)
        behind = behind.__cause__ or behind.__context__
    return found
