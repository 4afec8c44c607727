"""A reader that looks at the warehouse all the time, as a dashboard does, and notes what it saw."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pymysql

from lode.db import open_connection
from lode.settings import Settings
from streamlit_app.queries.engine import create_app_engine
from streamlit_app.queries.errors import NotBuiltError
from streamlit_app.queries.imports import page_of_imports
from streamlit_app.queries.people import find_people
from streamlit_app.queries.search import ByName, parse_search
from streamlit_app.queries.warehouse import read_summary, read_version

NO_SUCH_TABLE = 1146
# Marked people carry their import in a mail address that nobody else has: u3@import-7.example.com.
MARKED = "%@import-%.example.com"
COUNTS = {
    "canonical.email_addresses": "select substring_index(email, '@', -1), count(*)"
    " from {canonical}.email_addresses where email like %s group by 1",
    "canonical.persons": "select concat('import-', substring(last_name, 7), '.example.com'),"
    " count(*) from {canonical}.persons where last_name like 'Marked%%' and record_count > 0"
    " and %s <> '' group by 1",
    "marts.contact_points": "select substring_index(contact_value, '@', -1), count(*)"
    " from {marts}.contact_points where contact_value like %s and channel = 'email' group by 1",
    "marts.golden_persons": "select substring_index(primary_email, '@', -1), count(*)"
    " from {marts}.golden_persons where primary_email like %s group by 1",
}


@dataclass
class Look:
    """What one look saw, in this order: the version, which imports are complete, then all else.

    `counts` holds for every table the number of marked people by import.
    """

    version: str | None
    complete: set[str]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    summary: int | None = None
    hits: int | None = None


class Reader(threading.Thread):
    """Looks until it is stopped; `looks` is what it saw, `problem` what it could not see."""

    def __init__(self, settings: Settings, searched: str) -> None:
        super().__init__(daemon=True)
        self.settings = settings
        self.searched = parse_search(searched)
        assert isinstance(self.searched, ByName)
        self.looks: list[Look] = []
        self.problem: BaseException | None = None
        self.is_over = False
        self._seen: set[str] = set()

    def __enter__(self) -> Reader:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over = True
        self.join()
        if self.problem is not None:
            raise self.problem

    def run(self) -> None:
        try:
            engine = create_app_engine(self.settings)
            connection = open_connection("auditor", self.settings, autocommit=True)
            while not self.is_over:
                self.looks.append(self._look(engine, connection))
            connection.close()
            engine.dispose()
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for the reader
            self.problem = error

    def _look(self, engine: Any, connection: Any) -> Look:
        version = self._built("version", lambda: read_version(engine))
        imports = self._built("imports", lambda: page_of_imports(engine)[0]) or []
        complete = {one.filename for one in imports if one.status.startswith("COMPLETE")}
        look = Look(version.version if version else None, complete)
        for table in COUNTS:
            look.counts[table] = self._count(connection, table)
        summary = self._built("summary", lambda: read_summary(engine))
        look.summary = summary.persons if summary else None
        hits = self._built("people", lambda: find_people(engine, self.searched, pepper=None))
        look.hits = len(hits.people) if hits else None
        return look

    def _built(self, what: str, read: Callable[[], Any]) -> Any:
        """Read something; once it was there it has to be there for ever."""
        try:
            found = read()
        except NotBuiltError:
            if what in self._seen:
                raise
            return None
        self._seen.add(what)
        return found

    def _count(self, connection: Any, table: str) -> dict[str, int]:
        schemas = {layer: self.settings.schema(layer) for layer in ("canonical", "marts")}
        try:
            with connection.cursor() as cursor:
                cursor.execute(COUNTS[table].format(**schemas), (MARKED,))
                found = {str(name): int(number) for name, number in cursor.fetchall()}
        except pymysql.err.ProgrammingError as error:
            if error.args[0] != NO_SUCH_TABLE or table in self._seen:
                raise
            return {}
        self._seen.add(table)
        return found
