"""One person in three files of different kinds, and what has to be said of her."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

DUMP = """CREATE TABLE `customers` (
  `id` int NOT NULL,
  `first_name` varchar(40), `last_name` varchar(40), `email` varchar(80), `phone` varchar(20)
);
INSERT INTO `customers` VALUES
 (1,'Otto','Other','otto@three.example.com',NULL),
 (2,'Thea','Three','thea@three.example.com',NULL);
"""
CRM = (
    "First Name,Last Name,Email,Phone,Note\n"
    'Odd,One,odd@three.example.com,,"a note\nof two lines"\n'
    "Thea,Three,thea@three.example.com,770-555-0133,\n"
)
CAMPAIGN = (
    "full_name,phone,address,city,state,zip,source_date\r\n"
    "Thea Three,(770) 555-0133,4 Elm Street,Rome,GA,30161,2026-02-15\r\n"
)


def write_three_files(folder: Path) -> tuple[Path, Path, Path]:
    """Write a dump, a packed file with a record of two lines, and a campaign's file."""
    dump, crm, campaign = (
        folder / name for name in ("legacy_export.sql", "crm.csv.gz", "campaign_2026_q1.csv")
    )
    dump.write_text(DUMP, encoding="utf-8")
    crm.write_bytes(gzip.compress(CRM.encode(), mtime=0))
    campaign.write_bytes(CAMPAIGN.encode())
    return dump, crm, campaign


# As the brief writes it: which file gave what first, which changed what, and by which key it came.
LINEAGE: list[dict[str, Any]] = [
    {
        "source_file": "legacy_export.sql",
        "records": [2],
        "fields_imported": ["email", "first_name", "last_name"],
        "lines": [None],
    },
    {
        "source_file": "crm.csv.gz",
        "records": [2],
        "fields_updated": ["phone"],
        "merge_reason": "email_match",
        "lines": [4],
    },
    {
        "source_file": "campaign_2026_q1.csv",
        "records": [1],
        "fields_updated": ["address"],
        "merge_reason": "phone_match",
        "lines": [2],
    },
]
# Field, value, rule, file and record.
PROVENANCE = [
    ("primary_phone", "+17705550133", "crm.csv.gz", 2),
    ("primary_email", "thea@three.example.com", "crm.csv.gz", 2),
    ("street", "4 ELM ST", "campaign_2026_q1.csv", 1),
]
