"""Run by dbt's own Python: asks dbt the same as it comes and with our savings, prints both as JSON.

The folder of the launcher is the argument.
"""

from __future__ import annotations

import importlib.util
import json
import random
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dbt.adapters.mysql import MySQLAdapter
from dbt.adapters.mysql.relation import MySQLRelation
from dbt.clients import agate_helper
from dbt.clients.jinja import MacroGenerator, MacroStack
from dbt.compilation import Linker
from dbt.context.macros import MacroNamespace
from dbt.contracts.graph.nodes import Macro
from dbt.events import types
from dbt.events.base_types import EventLevel, msg_from_base_event
from dbt.flags import get_flags
from dbt.node_types import NodeType
from mysql.connector.network import NetworkBrokerPlain

NAMES = ("persons", "Persons", "person", "PHONES", "phones__old", "")


def outcome(ask: Callable[[], Any]) -> str:
    """What comes of a question: an answer, or the kind of the error."""
    try:
        return str(ask())
    except Exception as error:  # noqa: BLE001
        return type(error).__name__


def events() -> list[str]:
    """Say what events say of themselves, changed ones and faulty ones too."""
    changed = types.MainReportVersion(version="=1.7.20", log_version=3)
    changed.version = "=1.7.21"
    told = [
        changed,
        types.Formatting("a line"),
        types.Note(msg=ValueError("a fault")),
        types.SQLQuery(conn_name="a", sql="select 1"),
        types.MainEncounteredError(exc="broken"),
    ]
    return [
        str((one.message(), one.to_dict(), msg_from_base_event(one, EventLevel.INFO).info.name))
        for one in told
    ]


def relations() -> list[str]:
    """Look for relations of a schema that is known and of one that is not."""
    found = []
    for is_quoted in (True, False):
        quoting = {"database": False, "schema": is_quoted, "identifier": is_quoted}
        adapter = MySQLAdapter(SimpleNamespace(quoting=quoting))
        for name in ("persons", "PHONES", "phones__old"):
            known = MySQLRelation.create(schema="marts", identifier=name, type="table")
            adapter.cache.add(known)
        adapter.cache.update_schemas([(None, "marts")])
        for schema in ("marts", "MARTS"):
            for name in NAMES:
                found.append(outcome(lambda: adapter.get_relation(None, schema, name)))  # noqa: B023
    return found


def macros() -> list[str]:
    """Call macros that call another, see what their context has at that moment, and fail."""
    texts = {
        "outer": "{% macro outer(x) %}{{ inner(x) }}{{ inner(x + 1) }}{{ late }}{% endmacro %}",
        "inner": "{% macro inner(x, y=2) %}{% set z = x * y %}[{{ z }} {{ range(2) | list }}"
        " {{ varargs }} {{ caller() if caller }}]{% endmacro %}",
        "back": "{% macro back() %}{% call inner(5) %}called{% endcall %}{{ dict }}{% endmacro %}",
        "wrong": "{% macro wrong() %}{{ nothing.there }}{% endmacro %}",
    }
    context: dict[str, Any] = {"dict": "one of its own"}
    for name, text in texts.items():
        macro = Macro(
            name=name, macro_sql=text, package_name="p", path="p", original_file_path="p",
            unique_id=f"macro.p.{name}", resource_type=NodeType.Macro,
        )  # fmt: skip
        context[name] = MacroGenerator(macro, context, None, MacroStack())
    found = [outcome(lambda: context["outer"](1))]
    context["late"] = "!"
    found += [outcome(lambda: context["outer"](2)), outcome(lambda: context["outer"](x=3))]
    context["late"] = "?"
    found += [outcome(lambda: context["outer"](4)), outcome(context["outer"])]
    return found + [outcome(context[name]) for name in ("back", "wrong")]


def names() -> list[str]:
    """Look for macros that several packages have, one of them under the name of a package."""
    own, root, inner = (
        {"a": "own"},
        {"a": "root", "b": "root"},
        {"a": "dbt", "d": "dbt", "p": "dbt"},
    )
    namespace = MacroNamespace(root, own, inner, {"p": {"c": "of p"}})
    found = [outcome(lambda: namespace[name]) for name in ("a", "b", "c", "d", "p", "dbt")]  # noqa: B023
    found += [str(namespace.get_from_package(package, "a")) for package in (None, "dbt")]
    return [*found, str(sorted(dict(namespace).items())), str(len(namespace))]


def tables() -> list[str]:
    """Make tables of results with rows, without rows and without columns."""
    made = [
        agate_helper.table_from_data_flat([{"a": "1", "b": 2}], ["a", "b"]),
        agate_helper.table_from_data_flat([], ["a"]),
        agate_helper.table_from_data_flat([], []),
        agate_helper.empty_table(),
    ]
    return [str((one.column_names, [[*row] for row in one.rows])) for one in made]


def rings() -> list[str]:
    """Look for rings where there is none, and in two graphs that have some."""
    linker, found = Linker(), []
    for before, after in (("a", "b"), ("b", "c"), ("a", "c"), ("c", "b"), ("d", "d")):
        linker.dependency(after, before)
        found.append(str(linker.find_cycles()))
    return found


def packets() -> list[str]:
    """Read packets of every size, which come in parts that are not theirs; then the end."""
    chance = random.Random(7)
    sizes = [0, 1, 3, 4, 5, 200, 65_535, 65_536, 70_000, 0]
    contents = [chance.randbytes(size) for size in sizes]
    stream = b"".join(
        len(one).to_bytes(3, "little") + bytes([number]) + one
        for number, one in enumerate(contents)
    )
    near, far = socket.socketpair()
    broker, found, sent = NetworkBrokerPlain(), [], 0
    for number, one in enumerate(contents):
        needed = sum(4 + len(before) for before in contents[: number + 1])
        while sent < needed:
            part = stream[sent : sent + chance.choice((1, 7, 1_000, 50_000))]
            far.sendall(part)
            sent += len(part)
        found.append(outcome(lambda: broker.recv(near, "here")[4:] == one))  # noqa: B023
    far.sendall(b"\x05\x00\x00\x00ab")
    far.close()
    return [*found, outcome(lambda: broker.recv(near, "here"))]


def main() -> None:
    """Print what was found, plain and saved."""
    # What dbt's own command line sets.
    get_flags().LOG_CACHE_EVENTS = get_flags().MACRO_DEBUGGING = False
    asked = (events, relations, macros, names, tables, rings, packets)
    plain = {one.__name__: one() for one in asked}
    place = Path(sys.argv[1]) / "dbt_savings.py"
    found_spec = importlib.util.spec_from_file_location("dbt_savings", place)
    assert found_spec is not None
    assert found_spec.loader is not None
    savings = importlib.util.module_from_spec(found_spec)
    found_spec.loader.exec_module(savings)
    savings.save()
    print(json.dumps([plain, {one.__name__: one() for one in asked}]))


if __name__ == "__main__":
    main()
