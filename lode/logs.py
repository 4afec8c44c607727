"""The log of the `lode` command: JSON lines under LODE_HOME/logs, without personal data."""

from __future__ import annotations

import datetime
import json
import logging
import os
import re
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from lode import state
from lode.errors import LodeError
from lode.layout import MARKER
from lode.settings import Settings

LOG_NAME = "lode.jsonl"
LIMIT_BYTES = 16 * 1024 * 1024
REDACTED = "[redacted]"
# What a secret is called where it is written down, and its value up to the next separator.
_NAMED_SECRET = re.compile(
    r"""(?i)((?:password|passwd|pwd|secret_?string|secret_?access_?key|session_?token)["']?\s*[=:]\s*)"""
    r"""("[^"]*"|'[^']*'|[^\s,;&)}\]]+)"""
)
_URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)@")
_IDENTIFIED_BY = re.compile(r"(?i)(identified by\s+)('[^']*'|\S+)")
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# North American numbers; area and exchange codes begin with 2–9, which spares record ids.
_PHONE = re.compile(
    r"(?<![\w.])(?:\+?1[\s.-]?)?\(?[2-9]\d{2}\)?[\s.-]?[2-9]\d{2}[\s.-]?\d{4}(?!\w)"
)
_FOREIGN_PHONE = re.compile(r"(?<!\w)\+\d[\d\s.()-]{6,18}\d(?!\w)")


def redact(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Return `text` without secrets (given, or named as such), e-mails and phone numbers."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, REDACTED)
    text = _NAMED_SECRET.sub(rf"\1{REDACTED}", text)
    text = _IDENTIFIED_BY.sub(rf"\1{REDACTED}", text)
    text = _URL_PASSWORD.sub(rf"\1:{REDACTED}@", text)
    text = _EMAIL.sub("[e-mail]", text)
    return _FOREIGN_PHONE.sub("[phone]", _PHONE.sub("[phone]", text))


def known_secrets(settings: Settings) -> tuple[str, ...]:
    """Return the passwords at hand without asking anybody: given by variables, or local."""
    found = [credential.password for credential in settings.credentials.values()]
    if settings.is_private:
        try:
            stored = state.read_accounts(settings.server_home, settings.prefix)
            administrator = state.read_private(settings.server_home / "root.json")
        except LodeError:
            # Whoever needs the file says what is wrong with it; nothing unreadable gets into a log.
            stored, administrator = {}, {}
        found += [password for _, password in stored.values()]
        found.append(administrator.get("password"))
    return tuple(secret for secret in found if secret)


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON: UTC time, level, logger, process, message, trace."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self.secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line, redacted."""
        at = datetime.datetime.fromtimestamp(record.created, datetime.timezone.utc)
        entry = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": redact(record.getMessage(), self.secrets),
        }
        if record.exc_info:
            trace = "".join(traceback.format_exception(*record.exc_info))
            entry["trace"] = redact(trace, self.secrets)
        return json.dumps(entry, ensure_ascii=False)


class LogFile(logging.FileHandler):
    """The log file, readable by its owner only; made when there is something to say."""

    def __init__(self, home: Path, secrets: tuple[str, ...]) -> None:
        self.home = home
        super().__init__(home / "logs" / LOG_NAME, encoding="utf-8", delay=True)
        self.setFormatter(JsonLines(secrets))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a log that can't be written never stops a command."""
        if not self.home.exists() and record.levelno < logging.WARNING:
            # `lode --help` leaves no trace on a machine that is not set up.
            return
        try:
            path = Path(self.baseFilename)
            path.parent.mkdir(parents=True, exist_ok=True)
            super().emit(record)
        except OSError:
            return

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        if path.exists() and path.stat().st_size > LIMIT_BYTES:
            path.replace(path.with_suffix(".old.jsonl"))
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return TextIOWrapper(os.fdopen(handle, "ab"), encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Swallow what goes wrong while logging."""


@contextmanager
def logging_to(settings: Settings) -> Iterator[Path]:
    """Write what our loggers say inside the block to the log file; yields its path."""
    logger = logging.getLogger("lode")
    handler = LogFile(_log_home(settings), known_secrets(settings))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield Path(handler.baseFilename)
    finally:
        logger.removeHandler(handler)
        handler.close()


def _log_home(settings: Settings) -> Path:
    """Return LODE_HOME, unless it is a folder of somebody else's, which stays untouched."""
    home = settings.home
    try:
        is_ours = (
            not home.exists()
            or (home / MARKER).exists()
            or all(path.name == "logs" for path in home.iterdir())
        )
    except OSError:
        is_ours = False
    return home if is_ours else Path(tempfile.gettempdir()) / f"lode-logs-{os.getuid()}"


def get_logger(part: str) -> logging.Logger:
    """Return the logger of a part: `get_logger("loaders")` logs as lode.loaders."""
    return logging.getLogger(f"lode.{part}")
