"""Free text of call agents: quotation marks, commas, line breaks, semicolons."""

from __future__ import annotations

import numpy as np

from lode.sample.randomness import Integers, Randomness
from lode.sample.text import Text, column, take

_NOTES = (
    "",
    "",
    "",
    "Call back after 5 pm",
    "Spoke with spouse, not the owner",
    'Says "take me off your list"',
    'Asked for the "spring offer"; sent by mail',
    "Wants brochure\nand a price list",
    "Moved, new address unknown",
    "Line 1: interested\r\nLine 2: wants a quote\r\nLine 3: call Friday",
    "Roof, gutters, siding",
    'Nickname is "Bud",\nprefers mornings',
    "Hard of hearing - speak up",
    '""quoted twice""',
    "Dog barks; cannot hear",
    "Voicemail full",
    "Customer's son answered",
    "señora no habla inglés",
)
_WEIGHTS = np.array([30, 30, 30] + [5] * (len(_NOTES) - 3), dtype=np.int64)


def write_notes(random: Randomness, key: Integers) -> Text:
    """A note for each key, most of them empty."""
    return take(column(_NOTES), random.pick("call/note", key, _WEIGHTS))
