"""Making the next item while the last one is used: the parser and the server work side by side."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Generic, TypeVar

Item = TypeVar("Item")


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Feed(Generic[Item]):
    """Runs an iterator in a thread, at most one finished item ahead."""

    def __init__(self, source: Iterator[Item]) -> None:
        self.source = source
        self.items: queue.Queue[Item | _End] = queue.Queue(maxsize=1)
        self.is_stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, name="prefetch", daemon=True)

    def _run(self) -> None:
        end = _End(None)
        try:
            for item in self.source:
                if not self._put(item):
                    return
        except BaseException as error:  # noqa: BLE001 - raised again where the items are used
            end = _End(error)
        self._put(end)

    def _put(self, item: Item | _End) -> bool:
        while not self.is_stopped.is_set():
            try:
                self.items.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def __iter__(self) -> Iterator[Item]:
        while True:
            item = self.items.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item

    def close(self) -> None:
        """Stop the thread and wait for it, whatever it is doing."""
        self.is_stopped.set()
        self.thread.join()


@contextmanager
def prefetched(source: Iterator[Item]) -> Iterator[Iterator[Item]]:
    """Run an iterator in a thread for the block; its errors are raised where its items are used."""
    feed = _Feed(source)
    with closing(feed):
        feed.thread.start()
        yield iter(feed)
