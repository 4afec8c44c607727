"""Numbers, times and foreign text as a reader wants them. Pure: nothing here knows Streamlit."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

MAXIMUM_TEXT = 200
UTC = timezone.utc
# Invisible between two characters of a word, and no pattern matches across it.
WORD_JOINER = "\u2060"
# Every ASCII character that can begin or end markup, in CommonMark or a dialect of it.
MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$^=&@/\"'])")
UNITS = (
    (timedelta(days=365), "year"),
    (timedelta(days=30), "month"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def plain(value: object, maximum: int = MAXIMUM_TEXT) -> str:
    """Return foreign text as one line of at most `maximum` characters, none of them invisible."""
    text = str(value)[: maximum * 4]
    cleaned = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") else character
        for character in text
    )
    line = " ".join(cleaned.split())
    return line if len(line) <= maximum else f"{line[: maximum - 1].rstrip()}…"


def esc(value: object, maximum: int = MAXIMUM_TEXT) -> str:
    """Return foreign text for use inside Markdown: it shows as it is, and can't format or fetch.

    A backslash is enough for CommonMark, but Streamlit looks for :icons: and links in the finished
    text too; there an invisible joiner after each colon and after `www` breaks the pattern.
    """
    text = MARKUP.sub(r"\\\1", plain(value, maximum))
    text = text.replace(":", f"&#58;{WORD_JOINER}")
    return re.sub(r"(?i)\bwww(?=\\\.)", lambda found: found[0] + WORD_JOINER, text)


def whole(number: int | None) -> str:
    """Return a count with thousands separators, a dash for unknown."""
    return "–" if number is None else f"{number:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: 1 record, 2 records, 1,509 people."""
    return f"{whole(count)} {one if count == 1 else many or one + 's'}"


def compact(number: int) -> str:
    """Return a count whole up to 99,999, else in four figures: 1,509, 123.5 K, 84 M, 1.254 B."""
    if abs(number) < 100_000:
        return f"{number:,}"
    units = ((12, "T"), (9, "B"), (6, "M"), (3, "K"))
    # 999,950 would round to 1000 K: the next unit takes over where rounding would reach it.
    power, unit = next(pair for pair in units if abs(number) >= 10 ** pair[0] * 0.99995)
    return f"{number / 10**power:.4g} {unit}"


def percent(part: int, base: int) -> str:
    """Return a share with one decimal, a dash when there is nothing to share."""
    return "–" if base == 0 else f"{100 * part / base:.1f} %"


def file_size(count: int | None) -> str:
    """Return a size in bytes, KB, MB or GB (powers of 1000), a dash for unknown."""
    if count is None:
        return "–"
    for power, unit in ((9, "GB"), (6, "MB"), (3, "KB")):
        if count >= 10**power:
            return f"{count / 10**power:,.1f} {unit}"
    return f"{count} bytes"


def duration(seconds: float | None) -> str:
    """Return a length of time: 0.8 s, 42 s, 3 min 5 s, 2 h 14 min; a dash for unknown."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole_seconds = round(seconds)
    if whole_seconds < 60:
        return f"{whole_seconds} s"
    minutes, rest = divmod(whole_seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def zone_of(name: str | None) -> ZoneInfo:
    """Return the viewer's time zone by its name, UTC for one that is not known here."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def local_time(moment: datetime | None, zone: ZoneInfo) -> str:
    """Return a stored UTC moment on the viewer's clock, the zone named; a dash for none."""
    if moment is None:
        return "–"
    stored = moment.replace(tzinfo=UTC)
    try:
        shown = stored.astimezone(zone)
    except OverflowError:
        # The first and the last day of the calendar have no neighbour for another zone's clock.
        shown = stored
    return shown.strftime("%Y-%m-%d %H:%M %Z")


def local_day(moment: datetime | None, zone: ZoneInfo) -> str:
    """Return a moment as `local_time`, but a day that a file gave without a time as that day.

    Such a day is stored as its midnight: on the clocks of America that would be the day before.
    """
    if moment is not None and moment.time() == time():
        return moment.strftime("%Y-%m-%d")
    return local_time(moment, zone)


def age(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, in its largest unit; both are UTC without a zone."""
    passed = now - moment
    for unit, name in UNITS:
        count = passed // unit
        if count >= 1:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "less than a minute ago"


def utc_now() -> datetime:
    """Return the present moment as the database stores it: UTC without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)
