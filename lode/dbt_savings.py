"""Leaves out what dbt does over and over for nothing; loaded by `lode/dbt_launcher.py`.

dbt is built for warehouses that take seconds for a statement. A run of ours sends some 2,000 of a
millisecond or two each, and dbt spends more on them than the server. What dbt does and says is the
same. These are patches of a dbt that is held by its lock file.
"""

from __future__ import annotations

import functools
import gc
from typing import Any


def save() -> None:
    """Have dbt work with everything below; after its imports, before it begins."""
    spare_collections()
    spare_repetitions()
    spare_events()
    spare_macros()
    spare_names()
    spare_tables()
    spare_rings()
    spare_searches()
    spare_reads()


def spare_collections() -> None:
    """Have Python look for rings of objects no longer, once the project is parsed.

    To look through all that a manifest consists of takes a quarter of a run's time. What is not
    found is a context for each model and test, and goes with the process: 50 MB for all models,
    300 MB for all tests.
    """
    from dbt.parser.manifest import ManifestLoader

    plain = ManifestLoader.get_full_manifest

    def get_full_manifest(*arguments: Any, **keywords: Any) -> Any:
        manifest = plain(*arguments, **keywords)
        gc.disable()
        return manifest

    ManifestLoader.get_full_manifest = get_full_manifest


def spare_repetitions() -> None:
    """Have dbt make no line that nobody logs, and work out once what stays the same in a run.

    For every statement it would else write several lines, for the console too, and throw them away
    below the level; look through the environment for passwords and metadata for each; and make a
    parser of dates, with tables of its words, for each result.
    """
    from dbt.clients import agate_helper
    from dbt.events import base_types, eventmgr, functions, logger

    order = list(base_types.EventLevel)
    plain_fire, plain_write = eventmgr.EventManager.fire_event, logger._Logger.write_line
    plain_tester = agate_helper.build_type_tester

    def fire_event(manager: Any, event: Any, level: Any = None) -> None:
        rank = order.index(level or event.level_tag())
        if manager.callbacks or any(rank >= order.index(to.level) for to in manager.loggers):
            plain_fire(manager, event, level)

    def write_line(to: Any, message: Any) -> None:
        if order.index(message.info.level) >= order.index(to.level):
            plain_write(to, message)

    @functools.cache
    def tester(text_columns: frozenset[str], nulls: tuple[str, ...]) -> Any:
        return plain_tester(text_columns, nulls)

    def build_type_tester(text_columns: Any, string_null_values: Any = ("null", "")) -> Any:
        return tester(frozenset(text_columns), tuple(string_null_values))

    eventmgr.EventManager.fire_event = fire_event
    logger._Logger.write_line = write_line
    functions.env_secrets = functools.cache(functions.env_secrets)
    functions.get_metadata_vars = functools.cache(functions.get_metadata_vars)
    agate_helper.build_type_tester = build_type_tester


def spare_events() -> None:
    """Have dbt fill an event in when somebody reads it: most are below every logger's level."""
    from dbt.events.base_types import BaseEvent

    plain_init = BaseEvent.__init__

    def init(event: Any, *arguments: Any, **keywords: Any) -> None:
        event.__dict__["given"] = arguments, keywords

    def read(event: Any, name: str) -> Any:
        if name != "pb_msg":
            return getattr(event.pb_msg, name)
        arguments, keywords = event.__dict__.pop("given")
        plain_init(event, *arguments, **keywords)
        return event.__dict__["pb_msg"]

    def write(event: Any, name: str, value: Any) -> None:
        if name == "pb_msg":
            event.__dict__[name] = value
        else:
            setattr(event.pb_msg, name, value)

    for name, method in (("__init__", init), ("__getattr__", read), ("__setattr__", write)):
        setattr(BaseEvent, name, method)


def spare_macros() -> None:
    """Have dbt bind a macro to a model's context once, and copy nothing.

    For every call it would else make two copies of the context, in which all macros are.
    """
    from dbt.clients.jinja import MacroGenerator, get_dbt_macro_name

    def get_macro(generator: Any) -> Any:
        if "bound" not in generator.__dict__:
            template, context = generator.get_template(), generator.context
            for name, value in template.globals.items():
                context.setdefault(name, value)
            module = template.make_module(vars=context, shared=True)
            generator.bound = module.__dict__[get_dbt_macro_name(generator.get_name())]
        return generator.bound

    MacroGenerator.get_macro = get_macro


def spare_names() -> None:
    """Have dbt put the names of macros together once for each context, nearest package last.

    It would else ask five packages, one after the other, for each of the 700 names.
    """
    from dbt.context.macros import MacroNamespace

    plain_init = MacroNamespace.__init__

    def init(namespace: Any, *arguments: Any, **keywords: Any) -> None:
        plain_init(namespace, *arguments, **keywords)
        namespace.nearest = {}
        for package in reversed([*namespace._search_order()]):
            namespace.nearest.update(package)

    MacroNamespace.__init__ = init
    MacroNamespace.__getitem__ = lambda namespace, name: namespace.nearest[name]
    MacroNamespace._keys = lambda namespace: namespace.nearest.keys()


def spare_tables() -> None:
    """Have dbt make one table for all statements that return none, as most of ours do."""
    from dbt.clients import agate_helper

    plain = agate_helper.table_from_data_flat
    empty = plain([], [])

    def table_from_data_flat(data: Any, column_names: Any) -> Any:
        return plain(data, column_names) if column_names else empty

    agate_helper.table_from_data_flat = table_from_data_flat
    agate_helper.empty_table = functools.cache(agate_helper.empty_table)


def spare_rings() -> None:
    """Have dbt look for a ring of models only if they can't be put in an order."""
    from dbt.compilation import Linker, nx

    plain = Linker.find_cycles

    def find_cycles(linker: Any) -> Any:
        is_ordered = nx.is_directed_acyclic_graph(linker.graph)
        return None if is_ordered else plain(linker)

    Linker.find_cycles = find_cycles


def spare_searches() -> None:
    """Have dbt look a relation up by its name, not compare it with every one it knows."""
    from dbt.adapters.base.impl import BaseAdapter
    from dbt.adapters.cache import _ReferenceKey

    plain = BaseAdapter.get_relation

    def get_relation(adapter: Any, database: Any, schema: str, identifier: str) -> Any:
        if not adapter._schema_is_cached(database, schema):
            return plain(adapter, database, schema, identifier)
        key = _ReferenceKey(*(part and part.lower() for part in (database, schema, identifier)))
        with adapter.cache.lock:
            known = adapter.cache.relations.get(key)
        found = adapter._make_match([known.inner] if known else [], database, schema, identifier)
        return found[0] if found else None

    BaseAdapter.get_relation = get_relation


def spare_reads() -> None:
    """Have the connector read what has come from the server at once, not each packet by itself."""
    from mysql.connector.errors import InterfaceError
    from mysql.connector.network import NetworkBrokerPlain

    plain_init = NetworkBrokerPlain.__init__

    def init(broker: Any) -> None:
        plain_init(broker)
        broker.come = bytearray()

    def read(broker: Any, sock: Any, size: int = 0) -> bytearray:
        come: bytearray = broker.come
        while len(come) < size:
            part = sock.recv(65536)
            if not part:
                raise InterfaceError(errno=2013)
            come += part
        found = come[:size]
        del come[:size]
        return found

    NetworkBrokerPlain.__init__ = init
    NetworkBrokerPlain._recv_chunk = read
