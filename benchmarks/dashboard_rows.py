"""The rows of a large warehouse, as queries of DuckDB: what the dashboard reads, table by table.

Names, phones and events are skewed as those of people are: a common last name, a number that
thousands share, one life with thousands of events. Those who may get mail all came last.
"""

from __future__ import annotations

FIRST_ID = 10_000_000_001
BUSY_EVENTS = 5_000
SHARED_PHONE = "+15125550100"
SHARED_BY = 5_000
# The job of a look back with another cap, and how many contacts were over it.
LOOKED_BACK, LOOKS = 19_990, 500_000
PEPPER = "made up for the benchmark of the dashboard"

PEOPLE = """
    create or replace table people as
    with drawn as (
        select
            n,
            (hash(n) % 1000003) / 1000003.0 as u,
            (hash(n + 1000000007) % 1000003) / 1000003.0 as v,
            (hash(n + 2000000011) % 1000000007)::bigint as h,
        from range({begin}, {end}) as numbers(n)
    ),
    named as (
        select *, (50000 * u * u * u)::bigint as l, (2000 * v * v)::bigint as f from drawn
    )
    select
        n,
        {first_id} + n as id,
        ['Ma', 'Jo', 'An', 'Lu', 'Wi', 'Be', 'Ka'][1 + f % 7] || chr(97 + (f // 7 % 26)::integer)
            || ['ra', 'nes', 'lo', 'ty'][1 + f // 182 % 4] as first_name,
        chr(65 + (l % 26)::integer) || ['il', 'or', 'an', 'er'][1 + l // 26 % 4]
            || chr(97 + (l // 104 % 26)::integer) || ['son', 'ler', 'man', 'ez'][1 + l // 2704 % 4]
            || case when l < 10816 then '' else chr(97 + (l // 10816)::integer) end as last_name,
        case when n between 1 and {shared_by} then '{shared_phone}'
            else '+1' || (2000000000 + n * 7)::varchar end as phone,
        'u' || n || '@example.com' as email,
        (1 + h % 9000) || ' OAK ST' as street,
        'TOWN' || h % 5000 as city,
        ['TX', 'CA', 'NY', 'FL', 'IL', 'PA', 'OH'][1 + h % 7] as state,
        lpad((h % 90000)::varchar, 5, '0') as zip,
        timestamp '{now}' - (h % 30000000) * interval 1 second as seen_at,
        h,
    from named
"""
CONTACT_VALUE = """case point.kind when 'phone' then phone when 'email' then email
    else street || '|' || zip end"""
# By schema and table: what to load, with the columns' names.
PERSONAL = {
    "staging": {
        "stg_people": """
            select id as record_id, 1 as import_seq, first_name, last_name, email as email_1,
                phone as phone_1, phone as phone_1_raw, 'mobile' as phone_1_type, street, city,
                state, zip, 'US' as country, seen_at as source_date, 0 as is_email_verified,
                0 as is_phone_verified, 8 as completeness
            from people
        """,
    },
    "canonical": {
        "persons": """
            select id, first_name, last_name, 1 as is_original, id as golden_person_id,
                1 as record_count, 1 as first_import_seq, 1 as last_import_seq,
                seen_at as created_at, seen_at as updated_at
            from people
        """,
        "person_records": """
            select id as record_id, id as person_id, 1 as import_seq, 'new' as match_type
            from people
        """,
        "int_golden_contacts": f"""
            select id as golden_person_id, point.kind as contact_kind,
                {CONTACT_VALUE} as contact_value, sha256({CONTACT_VALUE})[:32] as contact_hash,
                'mobile' as phone_type, 1 as is_primary, 0 as is_verified, 0 as is_foreign,
                1 as is_complete_address, seen_at as added_at
            from people
            cross join (values ('address'), ('email'), ('phone')) as point(kind)
            order by id, contact_kind, contact_value
        """,
        "contact_verdicts": f"""
            select id as golden_person_id, sha256({CONTACT_VALUE})[:32] as contact_hash, channel,
                0 as is_allowed, 'NATIONAL_DNC,OPT_OUT' as reasons, '' as advice
            from people
            cross join (values ('address', 'mail'), ('email', 'email'), ('phone', 'call'),
                ('phone', 'sms')) as point(kind, channel)
            where h % 4 = 0
            order by id, contact_hash, channel
        """,
        "touchpoints": """
            select n * 10 + 3 as id, id as person_id, ['call', 'sms', 'email'][1 + h % 3]
                    as touchpoint_type,
                'sent' as status, phone as phone_e164, email, 'phone' as match_type,
                sha256(n::varchar)[:32] as content_hash, 1 as import_seq, seen_at as touchpoint_date
            from people
            where n % 3 = 0
        """,
        "opt_outs": """
            select id, id as person_id, phone as phone_e164, 1 as import_seq,
                ['call', 'sms', 'all'][1 + h % 3] as channel, seen_at as opted_out_at,
                seen_at as known_at
            from people
            where n % 20 = 0
        """,
        "opt_outs_followed": """
            select id, ['call', 'sms', 'email'][1 + h % 3] as channel, seen_at as opted_out_at,
                seen_at as known_at, (seen_at + interval 14 day)::date as deadline_on,
                '47 CFR 64.1200(a)(10)' as deadline_citation, 1 + h % 3 as contact_count,
                seen_at + interval 20 day as last_contact_at, 1 as is_contacted,
                (h % 5 = 0)::int as is_late
            from people
            where n % 20 = 0
        """,
        "contact_incidents": """
            select n * 10 + 3 as touchpoint_id, sha256(n::varchar)[:32] as content_hash,
                id as golden_person_id, ['call', 'sms', 'email'][1 + h % 3] as channel,
                ['NATIONAL_DNC', 'OPT_OUT', 'FREQUENCY_CAP', 'CALLING_WINDOW'][1 + h // 3 % 4]
                    as reason_code,
                'rule_' || h // 12 % 5 as rule_id, 'Citation' as citation,
                '47 USC 227(c)(5)' as penalty_citation, 500 as minimum_usd, 1500 as maximum_usd,
                (h % 10 < 8)::int as is_counted, seen_at as made_at
            from people
            where n % 3 = 0
        """,
    },
    "marts": {
        "golden_persons": """
            select id as golden_person_id, first_name, last_name,
                first_name || ' ' || last_name as full_name, email as primary_email,
                phone as primary_phone, street, city, state, zip, 'US' as country,
                1 as record_count, 1 as person_count, 1 as import_count,
                h % 2 as is_callable, (h % 3 = 0)::int as is_textable,
                (h % 5 > 0)::int as is_emailable,
                (n >= {people} - {people} // 10)::int as is_mailable,
                seen_at as first_seen_at, seen_at as updated_at
            from people
        """,
        "person_events": """
            select id as golden_person_id,
                seen_at - (3 - k) * interval (case when n = 0 then 9 else 960 end) hour
                    as happened_at,
                'contact-' || (n * 10 + k) as event_id, ['import', 'call', 'sms', 'call'][1 + k]
                    as event_kind,
                'sent' as event_type, ['', 'call', 'sms', 'call'][1 + k] as channel,
                'phone' as contact_kind, phone as contact_value, id as person_id,
                'imp_2026_01_05_00001' as import_id, 'Spring' as detail, seen_at as known_at
            from people
            cross join range(0, case when n = 0 then {busy_events} else 4 end) as steps(k)
            order by id, happened_at
        """,
        "caps_used": """
            select id as golden_person_id, 'call_day' as cap_id, 'call' as channel,
                3 as max_contacts, 24 as window_hours, 'House rule' as citation,
                'enforce' as enforcement, 2 as used_count, seen_at as last_contacted_at
            from people
            where n % 10 = 0
        """,
        "review_pairs": """
            select id as person_id_l, id + 1 as person_id_r, id as golden_person_id_l,
                id + 1 as golden_person_id_r, -3 + 5 * ((h % 100003) / 100003.0) as match_weight,
                70 as match_score, 'email' as match_reason, 2 as link_threshold,
                -3 as review_threshold,
                '[["prior", "", -12], ["email", "exact", 9.5], ["last_name", "close", 3]]'
                    as waterfall,
                (h % 7 = 0)::int as is_risky, 'dedup_1' as job_id
            from people
            where n % 10 = 1
        """,
    },
    "raw": {
        # Of the pairs, those in front of the queue were decided or are put aside.
        "app_reviews": """
            select id as person_id_l, id + 1 as person_id_r, 1 as number, 'ops' as actor,
                'decided' as state, seen_at as noted_at,
                timestamp '2999-01-01' as expires_at
            from people
            where n % 10 = 1 and h % 11 < 2
        """,
    },
}
# What grows with the years and not with the people.
ONCE = {
    "canonical": {
        "import_problem_counts": """
            select 1 as import_seq, n as error_number,
                ['email_1', 'phone_1', 'zip'][1 + n % 3] as field_name,
                ['warning', 'error', 'reject'][1 + n % 3] as severity, 'format' as error_type,
                'is not one.' as error_message, 1000 * n as problem_count, n as first_row
            from range(1, 61) as numbers(n)
        """,
    },
    "raw": {
        "import_metadata": """
            select n as id, 'imp_2026_01_05_' || lpad(n::varchar, 5, '0') as import_id,
                'leads_' || n || '.csv' as filename, 'campaign_leads' as source_type,
                'people' as feed, 'csv' as format, timestamp '{now}' as import_date,
                'ops' as uploaded_by, timestamp '{now}' as uploaded_at,
                1000000 as file_size_bytes, sha256(n::varchar) as checksum,
                'landing' as s3_location,
                '1' as schema_version, repeat('0', 64) as mapping_hash, '{{}}' as mapping,
                '{{}}' as read_options, 'COMPLETE' as status, 1 as attempt, 200 as row_count,
                200 as loaded_count, 0 as parse_rejected_count, 200 as inserted_count,
                0 as updated_count, 0 as unchanged_count, 0 as collapsed_count,
                0 as rejected_count, timestamp '{now}' as completed_at
            from range(1, 5001) as numbers(n)
        """,
        "app_jobs": """
            select md5(n::varchar) as request_key, 'run' as kind, '{{}}' as parameters,
                'ops' as asked_by, timestamp '{now}' as asked_at, 'DONE' as state
            from range(20000) as numbers(n)
        """,
        "dbt_runs": """
            select n as id, timestamp '{now}' as started_at, timestamp '{now}' as ended_at,
                0 as exit_code, 400 as node_count, 0 as bad_count
            from range(1000001, 1000501) as numbers(n)
        """,
        "dbt_nodes": """
            select r as run_id, 'model' as kind, 'model_' || n as name, 'success' as state,
                n / 10.0 as seconds, '' as message
            from range(1000001, 1000501) as runs(r)
            cross join range(400) as numbers(n)
        """,
        "dedup_decisions": """
            select 'link' as kind, 'ops' as decided_by, 'compared' as reason,
                timestamp '{now}' as decided_at
            from range(50000) as numbers(n)
        """,
        "app_verdicts": """
            select {first_id} + n * 10 + 1 as person_id_l, {first_id} + n * 10 + 2 as person_id_r,
                look as number, ['ops', 'ada'][look] as actor,
                case when look = 2 and n % 20 = 1 then 'different' else 'same' end as verdict,
                timestamp '{now}' - n * interval 1 hour as noted_at
            from range(10000) as pairs(n) cross join range(1, 3) as looks(look)
            where look = 1 or n % 10 > 0
        """,
        "list_definitions": """
            select 'list_' || n as list_name, v as version, 'call' as channel,
                '{{"channel": "call", "states": ["TX"], "sources": [], "where": []}}' as definition,
                repeat('0', 64) as definition_hash, 'ops' as defined_by,
                timestamp '{now}' as defined_at
            from range(100) as lists(n) cross join range(1, 21) as versions(v)
        """,
        "list_exports": """
            select 'list_' || n % 100 as list_name, 20 as version, 'call' as channel,
                'STARTED' as status, 'ops' as exported_by, 'Spring' as reason,
                'here' as host_name, '/nowhere' as file_path, timestamp '{now}' as started_at,
                timestamp '{now}' as decided_at, 1000 as checked_count, 800 as row_count,
                '{{"NATIONAL_DNC": 200}}' as waterfall, timestamp '{now}' as valid_until,
                repeat('0', 64) as file_sha256
            from range(20000) as numbers(n)
        """,
        "cap_look_backs": """
            select {looked_back} as job_id, timestamp '{now}' - n * interval 60 second as made_at,
                n as touchpoint_id, {first_id} + n as golden_person_id,
                '+1••••••••43' as shown_contact, (n % 50 = 0)::int as is_blocked,
                (n % 4 = 0)::int as is_first, 4 as over_count
            from range({looks}) as numbers(n)
        """,
        "dnc_lists": "select 1 as list_id, 'national' as list_name",
        "dnc_downloads": """
            select n as id, 1 as list_id, 'full' as kind, 'made_up.txt' as filename,
                1 as file_size_bytes, sha256(n::varchar) as checksum, date '{day}' as accessed_on,
                'all' as area_codes, 'ops' as loaded_by, 'LOADED' as status, 1 as attempt,
                1 as chunk_rows, 0 as chunks_done, 0 as number_count, 0 as added_count,
                0 as removed_count, timestamp '{now}' as started_at
            from range(1, 261) as numbers(n)
        """,
        "dnc_coverage": """
            select n as download_id, a as area_code
            from range(1, 261) as numbers(n) cross join range(201, 551) as codes(a)
        """,
    },
}
# Years of entries, as nobody waits years: written without the triggers that set moment and digest.
AUDIT_LOG = """
    select 1 + n as sequence, timestamp '{now}' - ({entries} - n) * interval 95 second
            as recorded_at,
        'app@here' as account, ['ops', 'ada', 'bob'][1 + n % 3] as actor,
        ['person.reveal', 'job.ask', 'list.download'][1 + (hash(n) % 3)::bigint] as event,
        'person ' || ({first_id} + n % 1000) as subject, '{{"reason": "asked"}}' as payload,
        sha256(n::varchar) as previous_hash, sha256((n + 1)::varchar) as entry_hash
    from range({entries}) as numbers(n)
"""
