"""Requests: what is said about a file by the user, and what the ledger keeps of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from loaders.mapping import Mapping, Plan
from loaders.mapping_file import mapping_of, read_mapping


@dataclass(frozen=True)
class Request:
    """What is said about a file: by the user, and its place if it is landed already.

    `mapping` names a built-in mapping; `own_mapping` is one that is given whole, and the user's own
    if `is_users_own`. `contract` overrides the mapping's.
    """

    table: str | None = None
    member: str | None = None
    escape: str | None = None
    mapping: str | None = None
    own_mapping: Mapping | None = None
    is_users_own: bool = False
    contract: str | None = None
    uploaded_by: str | None = None
    place: str | None = None

    def with_mapping_file(self, path: Path | None) -> Request:
        """Return the request with the mapping of a file; LodeError if that is not usable."""
        if path is None:
            return self
        return replace(self, own_mapping=read_mapping(path), is_users_own=True)

    def as_json(self, plan: Plan) -> str:
        """Return what another reading of the same file needs, for the ledger."""
        options = {
            "table": self.table,
            "member": self.member,
            "escape": self.escape,
            "contract": self.contract,
            "is_users_own": self.is_users_own,
        }
        return json.dumps({**options, "mapping": json.loads(plan.mapping.content)})


def request_of(read_options: str) -> Request:
    """Return the request of an import from what the ledger keeps of it."""
    options = json.loads(read_options)
    mapping = mapping_of(options["mapping"])
    return Request(
        options["table"],
        options["member"],
        options["escape"],
        own_mapping=mapping,
        is_users_own=options.get("is_users_own", False),
        contract=options.get("contract"),
    )
