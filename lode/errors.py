"""The exceptions whose text is meant for a user, and how foreign text gets into it."""

from __future__ import annotations

import re


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


def printable(text: str, length: int = 80) -> str:
    """Return text of unknown origin fit for a message: one line, no controls, not too long."""
    clean = re.sub(r"[^\x20-\x7e\xa0-\U0010ffff]", "?", text)
    clean = clean.encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= length else clean[: length - 1] + "…"
