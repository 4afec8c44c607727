"""What an evidence pack reads, section by section; every query is by contact point or person."""

from __future__ import annotations

# Parameters: phones, emails, addresses, numbers (ten digits), area_codes, hashes, persons, since.
SECTIONS = {
    "registry_copies": """
select
    downloads.id as version, lists.list_name, downloads.kind, downloads.subscription_account,
    downloads.accessed_on, downloads.checksum, downloads.filename, downloads.loaded_by,
    downloads.loaded_at, coverage.area_code
from `{raw}`.dnc_downloads as downloads
inner join `{raw}`.dnc_lists as lists on downloads.list_id = lists.list_id
inner join `{raw}`.dnc_coverage as coverage on downloads.id = coverage.download_id
where coverage.area_code in %(area_codes)s and downloads.loaded_at >= %(since)s
order by downloads.id, coverage.area_code
""",
    "listings": """
select
    concat('+1', phone) as phone, list_name, from_version, to_version, listed_on, listed_from,
    listed_to, known_at, gone_known_at
from `{staging}`.stg_dnc_listings
where phone in %(numbers)s and coalesce(gone_known_at >= %(since)s, true)
order by known_at, list_name, phone
""",
    "listings_of_files": """
select id as record_id, phone_e164 as phone, source, listed_from, known_at
from `{canonical}`.dnc_list_records
where phone_e164 in %(phones)s
order by known_at, id
""",
    "requests_of_files": """
select record_id, phone_e164 as phone, email, address, channel, reason, opted_out_at, known_at
from `{staging}`.stg_opt_outs
where
    (phone_e164 in %(phones)s or email in %(emails)s or address in %(addresses)s)
    and rejection_reason is null
order by opted_out_at, record_id
""",
    "requests_of_records": """
select
    record_id, source, phone_e164 as phone, email, address, channel, reason, citation,
    enforcement, opted_out_at, known_at, nullif(known_until, '9999-12-31') as known_until
from `{canonical}`.recorded_requests
where phone_e164 in %(phones)s or email in %(emails)s or address in %(addresses)s
order by opted_out_at, record_id, known_at
""",
    "requests": """
select
    request_id, phone_e164 as phone, email, address, person_id, channel, origin, reason,
    recorded_by, opted_out_at, known_at
from `{staging}`.stg_opt_out_requests
where
    phone_e164 in %(phones)s or email in %(emails)s or address in %(addresses)s
    or person_id in %(persons)s
order by opted_out_at, request_id
""",
    "replies": """
select
    review_id, phone_e164 as phone, message, is_request, decided_by, received_at, known_at,
    decided_at
from `{staging}`.stg_reply_reviews
where phone_e164 in %(phones)s
order by received_at, review_id
""",
    "consents": """
select
    id as record, phone_e164 as phone, email, address, kind, channel, purpose, evidence,
    evidence_hash, recorded_by, happened_at, expires_at, known_at
from `{staging}`.stg_consents
where phone_e164 in %(phones)s or email in %(emails)s or address in %(addresses)s
order by happened_at, id
""",
    "lines": """
select phone_e164 as phone, effective_on, line_type, source, recorded_at
from `{raw}`.phone_lines
where phone_e164 in %(phones)s
order by effective_on, source
""",
    "contacts": """
select
    made.id as touchpoint_id, made.touchpoint_type as channel, made.touchpoint_date as made_at,
    made.status, made.phone_e164 as phone, made.email, made.person_id, made.metadata,
    campaigns.name as campaign, imports.import_id, imports.filename, imports.checksum
from `{canonical}`.touchpoints as made
left join `{canonical}`.campaigns as campaigns on made.campaign_id = campaigns.id
left join `{raw}`.import_metadata as imports on made.import_seq = imports.id
where
    (
        made.phone_e164 in %(phones)s or made.email in %(emails)s
        or made.person_id in %(persons)s
    )
    and made.touchpoint_date >= %(since)s
order by made.touchpoint_date, made.id
""",
    "slots": """
select
    id as slot, channel, contact_value as contact, person_id, campaign, reserved_by, reserved_at,
    expires_at, used_at, released_at
from `{raw}`.contact_reservations
where
    (
        contact_value in %(phones)s or contact_value in %(emails)s
        or contact_value in %(addresses)s or person_id in %(persons)s
    )
    and reserved_at >= %(since)s
order by id
""",
    "exports": """
select
    exports.id as export_id, exports.list_name, exports.version, exports.channel,
    defined.definition, exports.exported_by, exports.reason, exports.decided_at,
    exports.valid_until, exports.registry_versions, exports.rules_hash, exports.rows_hash,
    exports.file_sha256, given.line_number, given.golden_person_id,
    lower(hex(given.contact_hash)) as contact_hash
from `{raw}`.list_export_rows as given
inner join `{raw}`.list_exports as exports
    on given.export_id = exports.id and exports.status = 'COMPLETE'
left join `{raw}`.list_definitions as defined
    on exports.list_name = defined.list_name and exports.version = defined.version
where
    (given.contact_hash in %(hashes)s or given.golden_person_id in %(persons)s)
    and exports.decided_at >= %(since)s
order by exports.id, given.line_number
""",
}
INCIDENTS = """
select touchpoint_id, reason_code, rule_id, citation, minimum_usd, maximum_usd, penalty_citation
from `{canonical}`.contact_incidents
where touchpoint_id in %(touchpoints)s
order by touchpoint_id, reason_code, rule_id
"""
POINTS = """
select golden_person_id, contact_kind, contact_value, lower(hex(contact_hash)) as contact_hash
from `{canonical}`.int_golden_contacts
where {condition}
order by golden_person_id, contact_kind, contact_value
"""
PERSONS = "select id from `{canonical}`.persons where golden_person_id in %(golden)s order by id"
ENTRIES = """
select sequence, recorded_at, account, actor, event, subject, payload, previous_hash, entry_hash
from `{audit}`.audit_log
where event in %(events)s and subject in %(subjects)s
order by sequence
"""
# A file of consents has one entry, which names its first and its last record.
CONSENT_FILES = """
select sequence, recorded_at, account, actor, event, subject, payload, previous_hash, entry_hash
from `{audit}`.audit_log
where
    event = 'consent.add' and json_value(payload, '$.new') > 1
    and json_value(payload, '$.first') + 0 < %(record)s
    and json_value(payload, '$.last') + 0 >= %(record)s
order by sequence
"""
# The events that a pack shows, and how their subjects are named: section -> (word, column).
EVENTS = [
    "list.export", "person.override", "person.override_revoked", "request.add", "consent.add",
    "reply.wait", "reply.decide", "slot.take", "slot.use", "slot.release",
]  # fmt: skip
LOGGED = {
    "exports": ("export", "export_id"),
    "requests": ("request", "request_id"),
    "replies": ("answer", "review_id"),
    "consents": ("consent", "record"),
    "slots": ("slot", "slot"),
}
