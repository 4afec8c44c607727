"""Which role brings what: deny by default."""

from __future__ import annotations

import pytest

from lode.rights import ADMIN, BROUGHT_BY, ROLES, AccessDeniedError, Principal, Right, require


def test_an_admin_may_all_and_nobody_nothing() -> None:
    admin, nobody = Principal("a@example.com", frozenset({ADMIN})), Principal("b@example.com")
    assert all(admin.may(right) for right in Right)
    assert not any(nobody.may(right) for right in Right)


def test_a_role_that_is_not_known_brings_nothing() -> None:
    assert not any(Principal("a", frozenset({"root", ""})).may(right) for right in Right)


def test_only_compliance_and_admins_see_contact_values() -> None:
    assert {role for role in ROLES if Right.REVEAL in BROUGHT_BY[role]} == {"compliance", "admin"}


def test_the_sentence_names_the_right_and_the_roles() -> None:
    viewer = Principal("v@example.com", frozenset({"viewer"}))
    require(viewer, Right.SEE_NUMBERS)
    with pytest.raises(AccessDeniedError) as raised:
        require(viewer, Right.REVIEW)
    assert raised.value.sentence == (
        "You may not review duplicates: that needs the role steward or admin."
        " An administrator grants roles with `lode access grant`."
    )


def test_only_this_machine_is_local() -> None:
    assert Principal("local:ops").is_local
    assert not Principal("ops@example.com").is_local
