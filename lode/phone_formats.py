"""Telephone numbers in files that leave, as whoever dials needs them."""

from __future__ import annotations

import re

from lode.errors import LodeError

NATIONAL = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")
E164 = "e164"
# What becomes of the area code, the exchange and the line of a North American number.
SHAPES = {E164: r"+1\1\2\3", "digits": r"\1\2\3", "national": r"(\1) \2-\3", "dashes": r"\1-\2-\3"}


def check_format(name: str | None, channel: str) -> None:
    """Raise LodeError unless it is none, or the name of a format for a channel that has numbers."""
    if name is not None and channel not in ("call", "sms"):
        raise LodeError(f"--phones is for lists of calls and texts: {channel} goes to no number.")
    if name is not None and name not in SHAPES:
        raise LodeError(
            f"--phones needs one of {', '.join(SHAPES)}: +15125550134, 5125550134,"
            " (512) 555-0134 or 512-555-0134."
        )


def formatted(phone: str, name: str | None) -> str:
    """Return a number (E.164) in a format; one of another country stays as it is."""
    return NATIONAL.sub(SHAPES[name or E164], phone) if NATIONAL.fullmatch(phone) else phone
