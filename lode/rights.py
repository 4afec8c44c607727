"""What a person may do in the dashboard: the roles, the rights each one brings, and the one check.

Pure: `lode.access` says which roles somebody has.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lode.errors import LodeError

VIEWER = "viewer"
OPERATOR = "operator"
STEWARD = "steward"
COMPLIANCE = "compliance"
AUDITOR = "auditor"
ADMIN = "admin"
ROLES = (VIEWER, OPERATOR, STEWARD, COMPLIANCE, AUDITOR, ADMIN)
# Who works on this machine itself is named so in the audit log; no login can be called that.
LOCAL_PREFIX = "local:"


class Right(Enum):
    """Something that needs a role, in words that end the sentence `You may not …`."""

    SEE_NUMBERS = "see the warehouse's numbers"
    SEE_IMPORTS = "see imports"
    START_IMPORTS = "load, replay or undo imports"
    SEE_PEOPLE = "look at people"
    REVEAL = "see contact values"
    TELL_REQUESTS = "write down requests not to be contacted"
    SEE_LISTS = "see priority lists"
    BUILD_LISTS = "build priority lists"
    RELEASE_LISTS = "release large lists"
    REVIEW = "review duplicates"
    SEE_RISK = "see compliance risks"
    SEE_AUDIT = "read the audit log"
    SEE_HEALTH = "see the warehouse's health"


# An admin has all of them; nobody has one that is not named here.
BROUGHT_BY: dict[str, frozenset[Right]] = {
    VIEWER: frozenset({Right.SEE_NUMBERS, Right.SEE_HEALTH}),
    OPERATOR: frozenset(
        {
            Right.SEE_NUMBERS,
            Right.SEE_HEALTH,
            Right.SEE_IMPORTS,
            Right.START_IMPORTS,
            Right.SEE_PEOPLE,
            Right.TELL_REQUESTS,
            Right.SEE_LISTS,
            Right.BUILD_LISTS,
        }
    ),
    STEWARD: frozenset({Right.SEE_NUMBERS, Right.SEE_HEALTH, Right.SEE_PEOPLE, Right.REVIEW}),
    COMPLIANCE: frozenset(
        {
            Right.SEE_NUMBERS,
            Right.SEE_HEALTH,
            Right.SEE_IMPORTS,
            Right.SEE_PEOPLE,
            Right.REVEAL,
            Right.TELL_REQUESTS,
            Right.SEE_LISTS,
            Right.RELEASE_LISTS,
            Right.SEE_RISK,
        }
    ),
    AUDITOR: frozenset({Right.SEE_NUMBERS, Right.SEE_HEALTH, Right.SEE_RISK, Right.SEE_AUDIT}),
    ADMIN: frozenset(Right),
}


class AccessDeniedError(LodeError):
    """Somebody asked for what none of their roles brings."""


@dataclass(frozen=True)
class Principal:
    """Somebody at work: the name that goes into the audit log, and the roles at this moment."""

    subject: str
    roles: frozenset[str] = frozenset()

    @property
    def is_local(self) -> bool:
        """Whether it is who works on this machine, without a login."""
        return self.subject.startswith(LOCAL_PREFIX)

    def may(self, right: Right) -> bool:
        """Tell whether one of the roles brings a right; a role unknown here brings none."""
        return any(right in BROUGHT_BY.get(role, frozenset()) for role in self.roles)


def require(principal: Principal, right: Right) -> None:
    """Raise AccessDeniedError, one sentence, unless the principal has a right."""
    if principal.may(right):
        return
    raise AccessDeniedError(
        f"You may not {right.value}: that needs the role {roles_with(right)}. An administrator"
        " grants roles with `lode access grant`."
    )


def roles_with(right: Right) -> str:
    """Return the roles that bring a right, as words."""
    return " or ".join(role for role in ROLES if right in BROUGHT_BY[role])
