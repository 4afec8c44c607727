"""Sentences of services, which name options of the command line, in the words of the page."""

from __future__ import annotations

import re

# The longest first: a mode is a button of its own.
FIELDS = {
    "--mode errors-only": "Replay errors only",
    "--mode full": "Replay all",
    "--touched-within": "Contacted in the last … days",
    "--not-touched-for": "Not contacted in the last … days",
    "--campaign": "Campaigns",
    "--channel": "Channel",
    "--member": "File of the archive",
    "--phones": "Numbers in the file",
    "--reason": "Reason",
    "--revoke": "End the pin",
    "--score": "Score of at least",
    "--segment": "Segment",
    "--source": "Sources",
    "--state": "States",
    "--table": "Table",
    "--where": "Conditions",
}
_OPTION = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, FIELDS))})(?![\w-])")
# Whole commands stand between backticks, and are meant as they are.
_COMMAND = re.compile(r"(`[^`]*`)")


def in_form(sentence: str) -> str:
    """Return a sentence of a service with each option named as the field of the page is."""
    parts = _COMMAND.split(sentence)
    return "".join(
        part if part.startswith("`") else _OPTION.sub(lambda found: f"“{FIELDS[found[0]]}”", part)
        for part in parts
    )
