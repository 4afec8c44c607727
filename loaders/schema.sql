-- Raw tables of the loaders. The loaders own them and only append, dbt reads them and writes the
-- outcome columns of import_metadata at publish, nothing else.
--
-- record_id = import_seq * 10^10 + record number in the file (from 1). It is the same on every
-- attempt, so a load that died and runs again cannot duplicate a row, and rows are stored in the
-- order in which they are written. A record that the parser refused keeps its number too.
--
-- Values of columns that a mapping does not know are in `extra`, or in `quarantined` if the contract
-- is `discard`.

-- One row per file (and table of it, for a database file), for ever. id is the import_seq.
create table if not exists import_metadata (
    id int unsigned not null,
    import_id varchar(32) not null,
    filename varchar(255) not null,
    source_type varchar(64) not null,
    feed varchar(32) not null,
    format varchar(16) not null,
    source_table varchar(128) null,
    import_date datetime(6) not null,
    uploaded_by varchar(128) not null,
    uploaded_at datetime(6) not null,
    file_size_bytes bigint unsigned not null,
    checksum char(64) not null,
    s3_location varchar(1024) not null,
    schema_version varchar(32) not null,
    mapping_hash char(64) not null,
    mapping json not null,
    -- What another reading of the same file needs: table, member, escape and the whole mapping.
    read_options json not null,
    status varchar(24) not null,
    attempt int unsigned not null,
    row_count bigint unsigned null,
    loaded_count bigint unsigned null,
    parse_rejected_count bigint unsigned null,
    success_count bigint unsigned null,
    error_count bigint unsigned null,
    inserted_count bigint unsigned null,
    updated_count bigint unsigned null,
    unchanged_count bigint unsigned null,
    collapsed_count bigint unsigned null,
    rejected_count bigint unsigned null,
    loaded_at datetime(6) null,
    completed_at datetime(6) null,
    processing_duration_seconds decimal(12, 3) null,
    error_log_s3 varchar(1024) null,
    error_message text null,
    -- NULL never equals NULL in a unique key, so a file without a table needs a value there.
    source_table_key varchar(128) generated always as (coalesce(source_table, '')) stored,
    primary key (id),
    unique key import_metadata_import_id (import_id),
    unique key import_metadata_checksum (checksum, source_table_key),
    key import_metadata_feed_status (feed, status),
    constraint import_metadata_status_is_known check (
        status in (
            'PENDING', 'LOADING', 'LOADED', 'PROCESSING', 'COMPLETE', 'COMPLETE_WITH_ERRORS', 'FAILED',
            'UNDOING', 'UNDONE'
        )
    )
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per record of a people file that the parser accepted, every value as the file had it.
create table if not exists staging_raw_import (
    record_id bigint unsigned not null,
    import_seq int unsigned generated always as (record_id div 10000000000) virtual,
    source_record_id text null,
    full_name text null,
    name_prefix text null,
    first_name text null,
    middle_name text null,
    last_name text null,
    name_suffix text null,
    company_name text null,
    email_1 text null,
    email_2 text null,
    phone_1 text null,
    phone_2 text null,
    phone_3 text null,
    phone_1_type text null,
    phone_2_type text null,
    phone_3_type text null,
    street_1 text null,
    street_2 text null,
    city text null,
    state text null,
    zip text null,
    county text null,
    country text null,
    birth_date text null,
    source_date text null,
    email_verified text null,
    phone_verified text null,
    contact_status text null,
    extra json null,
    quarantined json null,
    primary key (record_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per record of a touchpoint file that the parser accepted.
create table if not exists staging_raw_touchpoints (
    record_id bigint unsigned not null,
    import_seq int unsigned generated always as (record_id div 10000000000) virtual,
    source_record_id text null,
    full_name text null,
    first_name text null,
    last_name text null,
    email text null,
    phone text null,
    zip text null,
    campaign_name text null,
    touchpoint_type text null,
    touchpoint_date text null,
    status text null,
    extra json null,
    quarantined json null,
    primary key (record_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per record of a campaign file that the parser accepted.
create table if not exists staging_raw_campaigns (
    record_id bigint unsigned not null,
    import_seq int unsigned generated always as (record_id div 10000000000) virtual,
    campaign_name text null,
    campaign_type text null,
    start_date text null,
    end_date text null,
    extra json null,
    quarantined json null,
    primary key (record_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per record of an opt-out file that the parser accepted.
create table if not exists staging_raw_opt_outs (
    record_id bigint unsigned not null,
    import_seq int unsigned generated always as (record_id div 10000000000) virtual,
    email text null,
    phone text null,
    channel text null,
    opted_out_at text null,
    reason text null,
    street_1 text null,
    street_2 text null,
    city text null,
    state text null,
    zip text null,
    country text null,
    extra json null,
    quarantined json null,
    primary key (record_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per record of a do-not-call list that the parser accepted.
create table if not exists staging_raw_dnc (
    record_id bigint unsigned not null,
    import_seq int unsigned generated always as (record_id div 10000000000) virtual,
    phone text null,
    listing_date text null,
    source text null,
    extra json null,
    quarantined json null,
    primary key (record_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per attempt of an import, as far as the loaders take it; never deleted. A NULL in ended_at
-- below a later attempt means that it was cut off.
create table if not exists import_attempts (
    import_seq int unsigned not null,
    attempt int unsigned not null,
    started_at datetime(6) not null,
    ended_at datetime(6) null,
    status varchar(24) not null,
    error_message text null,
    primary key (import_seq, attempt)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per lock of the server that is held: by which connection, whose, since when.
create table if not exists lock_holders (
    lock_name varchar(64) not null,
    connection_id bigint unsigned not null,
    user_name varchar(128) not null,
    host_name varchar(255) not null,
    process_id bigint unsigned not null,
    taken_at datetime(6) not null,
    primary key (lock_name)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per error of a record that the parser refused. raw_line is the record's own bytes.
create table if not exists import_rejects (
    import_seq int unsigned not null,
    record_number bigint unsigned not null,
    error_number smallint unsigned not null,
    line_number bigint unsigned null,
    byte_position bigint unsigned null,
    error_type varchar(64) not null,
    field_name varchar(255) null,
    error_message varchar(1024) not null,
    raw_line mediumblob null,
    primary key (import_seq, record_number, error_number)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per committed chunk of an import, written in the chunk's own transaction.
create table if not exists load_progress (
    import_seq int unsigned not null,
    attempt int unsigned not null,
    chunk_number int unsigned not null,
    first_record bigint unsigned not null,
    last_record bigint unsigned not null,
    row_count bigint unsigned not null,
    loaded_at datetime(6) not null,
    primary key (import_seq, chunk_number)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per time that an import was taken out: who asked, when, why, and what it did.
-- reversed_count are records; gone_count and kept_count the persons they belonged to.
create table if not exists import_reversals (
    id bigint unsigned not null auto_increment,
    import_seq int unsigned not null,
    requested_at datetime(6) not null,
    requested_by varchar(128) not null,
    reason varchar(1024) null,
    reversed_count bigint unsigned not null,
    gone_count bigint unsigned not null,
    kept_count bigint unsigned not null,
    primary key (id),
    key import_reversals_import (import_seq)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per manual decision about a value of a person, append-only: a value that wins over all
-- records, or (revokes_id) the end of an earlier one. Its person is whoever holds its records.
create table if not exists person_overrides (
    id bigint unsigned not null auto_increment,
    field_name varchar(32) not null,
    value varchar(255) null,
    revokes_id bigint unsigned null,
    decided_by varchar(128) not null,
    reason varchar(1024) not null,
    decided_at datetime(6) not null,
    primary key (id),
    constraint person_overrides_value_or_end check ((value is null) = (revokes_id is not null))
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- The records that the person had when it was decided: they find the person again whatever is
-- joined, taken apart or taken out later.
create table if not exists person_override_records (
    override_id bigint unsigned not null,
    record_id bigint unsigned not null,
    primary key (override_id, record_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- Do-not-call lists, as `lode dnc load` takes them: the national registry, state lists, litigators.
create table if not exists dnc_lists (
    list_id tinyint unsigned not null auto_increment,
    list_name varchar(32) not null,
    primary key (list_id),
    unique key dnc_lists_name (list_name)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per file of a list, for ever: a version of our copy. Nothing of it counts before loaded_at
-- is set; area_codes is what the subscription covers, `all` or codes with commas. checksum is the
-- SHA-256 of the file; of one file of an archive, of its name followed by the archive. The same bytes
-- accessed on another day are another version: nothing changed, which is news too.
create table if not exists dnc_downloads (
    id mediumint unsigned not null auto_increment,
    list_id tinyint unsigned not null,
    kind varchar(8) not null,
    filename varchar(255) not null,
    file_size_bytes bigint unsigned not null,
    checksum char(64) not null,
    subscription_account varchar(64) null,
    accessed_on date not null,
    area_codes text not null,
    loaded_by varchar(128) not null,
    status varchar(16) not null,
    attempt int unsigned not null,
    chunk_rows int unsigned not null,
    chunks_done int unsigned not null,
    number_count bigint unsigned not null,
    added_count bigint unsigned not null,
    removed_count bigint unsigned not null,
    started_at datetime(6) not null,
    loaded_at datetime(6) null,
    primary key (id),
    unique key dnc_downloads_checksum (list_id, checksum, accessed_on)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per area code that a version covers; 0 stands for all of them.
create table if not exists dnc_coverage (
    download_id mediumint unsigned not null,
    area_code smallint unsigned not null,
    primary key (download_id, area_code)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per stay of a number on a list: the version that first had it and the one that no longer
-- has it. Narrow, since the national registry has a quarter of a billion of them.
create table if not exists dnc_listings (
    list_id tinyint unsigned not null,
    phone bigint unsigned not null,
    from_download mediumint unsigned not null,
    to_download mediumint unsigned null,
    listed_on date null,
    primary key (list_id, phone, from_download)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- Requests not to be contacted that came by no file: texts, calls, the dashboard. Append-only.
create table if not exists opt_out_requests (
    id bigint unsigned not null auto_increment,
    phone_e164 varchar(20) null,
    email varchar(254) null,
    address varchar(400) null,
    person_id bigint unsigned null,
    channel varchar(8) not null,
    origin varchar(16) not null,
    reason varchar(255) null,
    opted_out_at datetime(6) not null,
    recorded_by varchar(128) not null,
    recorded_at datetime(6) not null,
    primary key (id),
    constraint opt_out_requests_of_somebody check (
        coalesce(phone_e164, email, address) is not null or person_id is not null
    )
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- Answers to texts that a person has to look at, since no rule could tell what they mean. Until
-- somebody has decided, texts and calls to the number wait.
create table if not exists reply_reviews (
    id bigint unsigned not null auto_increment,
    phone_e164 varchar(20) not null,
    message varchar(1024) not null,
    received_at datetime(6) not null,
    recorded_at datetime(6) not null,
    is_request tinyint(1) null,
    decided_by varchar(128) null,
    decided_at datetime(6) null,
    primary key (id),
    key reply_reviews_phone (phone_e164)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- Consents and business relationships (a purchase, an inquiry), dated. Append-only.
create table if not exists consent_records (
    id bigint unsigned not null auto_increment,
    phone_e164 varchar(20) null,
    email varchar(254) null,
    address varchar(400) null,
    kind varchar(16) not null,
    channel varchar(8) null,
    happened_at datetime(6) not null,
    expires_at datetime(6) null,
    purpose varchar(255) null,
    evidence varchar(1024) null,
    evidence_hash char(64) null,
    content_hash binary(32) not null,
    recorded_by varchar(128) not null,
    recorded_at datetime(6) not null,
    primary key (id),
    unique key consent_records_content (content_hash),
    constraint consent_records_of_somebody check (
        coalesce(phone_e164, email, address) is not null
    )
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- What a carrier's feed says about a number's line, from a day on (a port, a new allotment).
create table if not exists phone_lines (
    phone_e164 varchar(20) not null,
    effective_on date not null,
    line_type varchar(16) not null,
    source varchar(64) not null,
    recorded_at datetime(6) not null,
    primary key (phone_e164, effective_on, source)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- What the resolver made of telephone texts that the rules in SQL can't read, once and for ever: a
-- record means the same in every build. NULL for a text that holds no valid number.
create table if not exists phone_resolutions (
    phone_text varchar(65) not null,
    text_country char(2) not null,
    phone_e164 varchar(20) null,
    resolved_by varchar(64) not null,
    resolved_at datetime(6) not null,
    primary key (phone_text, text_country)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- The attempts of imports whose unreadable telephone texts were all asked about. One that dbt built
-- before is not among them, and is taken again once its numbers are known.
create table if not exists phone_settlements (
    import_seq int unsigned not null,
    attempt int unsigned not null,
    settled_at datetime(6) not null,
    primary key (import_seq)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- Columns that came later. Tables that have them already refuse these statements, which is no error:
-- not every server knows `if not exists` here.
alter table staging_raw_import add column quarantined json null;
alter table staging_raw_touchpoints add column quarantined json null;
alter table staging_raw_campaigns add column quarantined json null;
alter table staging_raw_opt_outs add column quarantined json null;
alter table staging_raw_dnc add column quarantined json null;
alter table staging_raw_import add column contact_status text null;
alter table staging_raw_opt_outs add column street_1 text null;
alter table staging_raw_opt_outs add column street_2 text null;
alter table staging_raw_opt_outs add column city text null;
alter table staging_raw_opt_outs add column state text null;
alter table staging_raw_opt_outs add column zip text null;
alter table staging_raw_opt_outs add column country text null;
alter table opt_out_requests add column address varchar(400) null after email;
alter table opt_out_requests
    drop constraint opt_out_requests_point,
    add constraint opt_out_requests_of_somebody check (
        coalesce(phone_e164, email, address) is not null or person_id is not null
    );
alter table consent_records add column address varchar(400) null after email;
alter table consent_records
    drop constraint consent_records_point,
    add constraint consent_records_of_somebody check (
        coalesce(phone_e164, email, address) is not null
    );

-- Keys that came later: decisions look up requests and consents by contact point.
alter table opt_out_requests add key opt_out_requests_phone (phone_e164);
alter table opt_out_requests add key opt_out_requests_email (email);
alter table opt_out_requests add key opt_out_requests_address (address);
alter table opt_out_requests add key opt_out_requests_person (person_id);
alter table consent_records add key consent_records_phone (phone_e164);
alter table consent_records add key consent_records_email (email);
alter table consent_records add key consent_records_address (address);

-- What one feed brought at a moment is compared with its entry in the audit log.
alter table phone_lines add key phone_lines_recorded_at (recorded_at);
