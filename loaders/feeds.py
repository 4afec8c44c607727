"""The feeds: which raw table the records of each kind of file go to, and that table's columns."""

from __future__ import annotations

RECORD_NUMBER_SPAN = 10**10

TABLES = {
    "people": "staging_raw_import",
    "touchpoints": "staging_raw_touchpoints",
    "campaigns": "staging_raw_campaigns",
    "opt_outs": "staging_raw_opt_outs",
    "dnc": "staging_raw_dnc",
}

COLUMNS: dict[str, tuple[str, ...]] = {
    "people": tuple(
        "source_record_id full_name name_prefix first_name middle_name last_name name_suffix"
        " company_name email_1 email_2 phone_1 phone_2 phone_3 phone_1_type phone_2_type"
        " phone_3_type street_1 street_2 city state zip county country birth_date source_date"
        " email_verified phone_verified contact_status".split()
    ),
    "touchpoints": tuple(
        "source_record_id full_name first_name last_name email phone zip campaign_name"
        " touchpoint_type touchpoint_date status".split()
    ),
    "campaigns": ("campaign_name", "campaign_type", "start_date", "end_date"),
    "opt_outs": tuple(
        "email phone channel opted_out_at reason street_1 street_2 city state zip country".split()
    ),
    "dnc": ("phone", "listing_date", "source"),
}
