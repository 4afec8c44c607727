"""The one exception whose text is meant for a user."""

from __future__ import annotations


class LodeError(Exception):
    """A failure said in one sentence: what went wrong, where, and what to do about it.

    The `lode` command prints the sentence on stderr, without a traceback, and ends with
    `exit_code`.
    """

    def __init__(self, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_code = exit_code


class BusyError(LodeError):
    """Somebody else is at work on the same thing: what was asked for can be asked for later."""
