"""All comparisons of the model, in the order in which a waterfall shows them."""

from __future__ import annotations

from dedup.contact_comparisons import ADDRESS, EMAIL, PHONE
from dedup.mailbox_comparisons import MAILBOX_FIRST_NAME, MAILBOX_LAST_NAME
from dedup.person_comparisons import BIRTH_DATE, FIRST_NAME, LAST_NAME, MIDDLE_NAME, SUFFIX

COMPARISONS = (
    FIRST_NAME,
    LAST_NAME,
    MIDDLE_NAME,
    SUFFIX,
    EMAIL,
    PHONE,
    ADDRESS,
    BIRTH_DATE,
    MAILBOX_FIRST_NAME,
    MAILBOX_LAST_NAME,
)
