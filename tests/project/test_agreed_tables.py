"""The tables and columns that the users were promised exist under the names that they know."""

from __future__ import annotations

import re

import pytest
from project_manifest import Project
from tree import ROOT

CANONICAL = {
    "persons": "id first_name last_name middle_name is_original created_at updated_at",
    "person_duplicates": "id original_id duplicate_id match_score match_reason merged_at",
    "dedup_audit_log": (
        "id job_id original_person_id duplicate_person_id match_score match_reason merged_fields"
        " created_at"
    ),
    "phone_numbers": "id person_id phone_raw phone_e164 phone_type is_primary dnc_status",
    "email_addresses": "id person_id email is_primary is_verified opt_out_status",
    "addresses": "id person_id street city state zip county is_primary",
    "campaigns": "id name type start_date end_date",
    "touchpoints": ("id person_id campaign_id touchpoint_type touchpoint_date status metadata"),
    "dnc_registry": "id phone_e164 listing_date source",
    "opt_outs": "id person_id channel opted_out_at reason",
}
LEDGER = (
    "id filename source_type import_date row_count success_count error_count checksum"
    " s3_location status"
)


@pytest.mark.parametrize("name", CANONICAL)
def test_canonical_table_has_the_agreed_columns(name: str, project: Project) -> None:
    model = next((model for model in project.models if model.name == name), None)
    assert model is not None, f"there is no table {name}"
    assert model.layer == "canonical"
    assert set(CANONICAL[name].split()) - model.columns.keys() == set()


def test_ledger_of_imports_has_the_agreed_columns() -> None:
    ddl = (ROOT / "loaders" / "schema.sql").read_text(encoding="utf-8")
    table = re.search(r"create table if not exists import_metadata \((.*?)\n\)", ddl, re.S)
    assert table is not None
    columns = set(re.findall(r"^    (\w+) ", table[1], re.M))
    assert set(LEDGER.split()) - columns == set()


def test_ids_are_keys(project: Project) -> None:
    without = [
        model.name for model in project.models if model.name in CANONICAL and model.key != ("id",)
    ]
    assert without == []
