"""Many processes that ask for the last one of something at the same moment, round by round."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from typing import Any

from lode.settings import Settings

PROCESSES = 32
# Long enough for processes that all wait for one lock on a busy machine.
MAXIMUM_SECONDS = 300
# Settings, what all wait at before a round, whether each won (process * rounds + round), process.
Fight = Callable[[Settings, Barrier, Any, int], None]


def winners(fight: Fight, settings: Settings, rounds: int) -> list[int]:
    """Run `fight` in 32 processes that must all end well; return how many won each round."""
    forked = multiprocessing.get_context("fork")
    start, won = forked.Barrier(PROCESSES), forked.Array("b", PROCESSES * rounds, lock=False)
    fighters = [
        forked.Process(target=fight, args=(settings, start, won, number))
        for number in range(PROCESSES)
    ]
    for fighter in fighters:
        fighter.start()
    for fighter in fighters:
        fighter.join(MAXIMUM_SECONDS)
    assert [fighter.exitcode for fighter in fighters] == [0] * PROCESSES
    return [
        sum(won[number * rounds + turn] for number in range(PROCESSES)) for turn in range(rounds)
    ]
