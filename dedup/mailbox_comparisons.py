"""What the name in a mailbox says about whose it is, where the names themselves can't tell."""

from __future__ import annotations

from dedup.levels import Comparison, Level

_NAMELESS_L = "coalesce(length(first_name_l), 0) <= 1"
_NAMELESS_R = "coalesce(length(first_name_r), 0) <= 1"

MAILBOX_FIRST_NAME = Comparison(
    "mailbox_first_name",
    f"({_NAMELESS_L}) = ({_NAMELESS_R})"
    f" or (({_NAMELESS_L}) and mail_first_names_l is null)"
    f" or (({_NAMELESS_R}) and mail_first_names_r is null)",
    (
        Level(
            "theirs",
            f"(({_NAMELESS_L}) and list_has_any(mail_first_names_l, formal_names_r))"
            f" or (({_NAMELESS_R}) and list_has_any(mail_first_names_r, formal_names_l))",
            "A Garcia without first name who writes from thomasgarcia273 is Thomas, or someone who"
            " uses his mailbox.",
            m=0.9,
            u=0.02,
            u_source="fixed",
        ),
        Level(
            "of somebody else",
            "else",
            "Who writes from marygarcia is rather Mary than Thomas.",
            m=0.1,
            u=0.98,
            u_source="fixed",
        ),
    ),
)

MAILBOX_LAST_NAME = Comparison(
    "mailbox_last_name",
    "last_name_l is null or last_name_r is null or (mail_text_l is null and mail_text_r is null)"
    " or jaro_winkler_similarity(last_name_l, last_name_r) >= 0.93",
    (
        Level(
            "kept",
            "(length(last_name_r) >= 4 and contains(mail_text_l, last_name_r)"
            " and not contains(last_name_l, last_name_r))"
            " or (length(last_name_l) >= 4 and contains(mail_text_r, last_name_l)"
            " and not contains(last_name_r, last_name_l))",
            "Who married keeps the mailbox with the maiden name.",
            m=0.35,
            u=0.002,
            u_source="fixed",
        ),
        Level(
            "not kept",
            "else",
            "Most mailboxes spell no other last name.",
            m=0.65,
            u=0.998,
            u_source="fixed",
        ),
    ),
)
