"""Contracts: what becomes of a file whose columns are others than its mapping names.

`evolve` loads the file, and what is unknown goes to `extra`. `freeze` refuses the file. `discard`
loads what is known and keeps the rest in `quarantined`, which nothing downstream reads.
"""

from __future__ import annotations

from dataclasses import replace

from loaders.mapping import CONTRACTS, DISCARD, EVOLVE, EXTRA, FREEZE, QUARANTINED, Mapping, Plan
from lode.errors import LodeError, printable

SHOWN_NAMES = 20


def contract_of(mapping: Mapping, wish: str | None) -> str:
    """Return the contract in effect: the one asked for, else the mapping's own, else evolve."""
    if wish is not None and wish not in CONTRACTS:
        raise LodeError(
            f"The contract {printable(wish, 40)} is not known: choose {', '.join(CONTRACTS)}."
        )
    return wish or mapping.contract or EVOLVE


def under_contract(plan: Plan, title: str, wish: str | None, *, is_users_own: bool) -> Plan:
    """Return the plan as the contract wants it; LodeError if the contract refuses the header.

    Of a mapping of the user's own (`is_users_own`) every column is expected in the file, of a
    built-in one only what it requires.
    """
    contract = contract_of(plan.mapping, wish)
    if contract == FREEZE:
        _require_unchanged(plan, title, is_users_own)
    if contract == DISCARD:
        kept = (QUARANTINED if target == EXTRA else target for target in plan.targets)
        return replace(plan, targets=tuple(kept))
    return plan


def _require_unchanged(plan: Plan, title: str, is_users_own: bool) -> None:
    known = plan.mapping.columns if is_users_own else {}
    absent = [column for column in known if column not in plan.targets]
    differences = []
    if plan.unmapped:
        differences.append(f"the mapping does not know {listed(plan.unmapped)}")
    if absent:
        differences.append(f"the file has no column for {listed(absent)}")
    if differences:
        raise LodeError(
            f"{title} breaks the contract freeze of the mapping {plan.mapping.name}:"
            f" {' and '.join(differences)}. Change the mapping, or load the file with --contract"
            f" {EVOLVE} or {DISCARD}."
        )


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Return names for a sentence, the first of them if they are many."""
    shown = ", ".join(printable(name, 40) for name in names[:SHOWN_NAMES])
    more = len(names) - SHOWN_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
