"""Codes of the warehouse in words: states of an import, channels, verdicts and their reasons."""

from __future__ import annotations

from dataclasses import dataclass

from lode.risk_caps import window_words


@dataclass(frozen=True)
class StatusWords:
    """A state as icon and words; a state that `is_running` changes by itself."""

    icon: str
    word: str
    explanation: str
    is_running: bool = False
    color: str = "gray"


STATUSES = {
    "PENDING": StatusWords("○", "Waiting", "Registered, not read yet.", is_running=True),
    "LOADING": StatusWords("◔", "Loading", "Being read into the warehouse.", is_running=True),
    "LOADED": StatusWords("◑", "Loaded", "In the warehouse, not processed yet: run `lode run`."),
    "PROCESSING": StatusWords("◕", "Processing", "Being turned into people.", is_running=True),
    "COMPLETE": StatusWords("✓", "Complete", "Every record was used.", color="green"),
    "COMPLETE_WITH_ERRORS": StatusWords(
        "▲", "With rejects", "Complete, but some records could not be used.", color="orange"
    ),
    "FAILED": StatusWords("✕", "Failed", "The import stopped; nothing of it is used.", color="red"),
    "UNDOING": StatusWords("↶", "To be undone", "Not taken out yet: run `lode run`."),
    "UNDONE": StatusWords(
        "⊘", "Undone", "Its records were taken out; a replay brings them back in."
    ),
}

NOT_BALANCED = StatusWords(
    "✕", "Not balanced", "Processed, but its counts do not add up.", color="red"
)

CHANNELS = {"call": "Call", "sms": "Text", "email": "E-mail", "mail": "Mail"}
KINDS = {"phone": "Phone", "email": "E-mail address", "address": "Postal address"}

REASONS = {
    "OPT_OUT": "asked not to be contacted here",
    "NO_DECISION": "no decision that allowed it is kept",
    "PERSON_OPT_OUT": "asked not to be contacted, at another contact point",
    "REPLY_REVIEW": "an answer to a text that nobody has looked at yet",
    "LITIGATOR": "on a list of people who sue",
    "INTERNAL_DNC": "on an internal do-not-call list",
    "NATIONAL_DNC": "on the national do-not-call registry",
    "STATE_DNC": "on a do-not-call list of a state",
    "REGISTRY_NOT_CURRENT": "our copy of the registry is missing or too old for its area code",
    "FREQUENCY_CAP": "contacted as often as the rules allow for now",
    "FOREIGN_NUMBER": "a foreign number, whose rules are not known here",
    "LANDLINE": "a landline can't receive texts",
    "INCOMPLETE_ADDRESS": "the address is incomplete",
}


def status_words(status: str) -> StatusWords:
    """Return the words of an import's state; a state unknown here is shown as it is."""
    return STATUSES.get(status) or StatusWords("?", humanized(status), "An unknown state.")


def channel_word(channel: str) -> str:
    """Return the word for a channel."""
    return CHANNELS.get(channel) or humanized(channel)


def span_words(hours: int) -> str:
    """Return the length of the window of a cap in words."""
    return window_words(hours)


def kind_word(kind: str) -> str:
    """Return the word for a kind of contact point."""
    return KINDS.get(kind) or humanized(kind)


def reason_words(codes: tuple[str, ...]) -> str:
    """Return the reasons against a use as one phrase, never empty: no reason is no permission."""
    if not codes:
        return "no reason was recorded"
    return "; ".join(REASONS.get(code) or humanized(code) for code in codes)


def humanized(code: str) -> str:
    """Return a code without words of its own as lower-case words, first letter up."""
    return code.strip().replace("_", " ").lower().capitalize() or "Unknown"
