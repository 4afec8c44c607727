-- Raw tables that commands of several parts write. The loader owns them.

-- One row per slot that was promised for a contact, for ever. It counts against the caps while it is
-- held (until expires_at), and from used_at on as the contact that was made; released, it counts no more.
create table if not exists contact_reservations (
    id bigint unsigned not null auto_increment,
    channel varchar(8) not null,
    contact_value varchar(400) null,
    person_id bigint unsigned null,
    campaign varchar(255) null,
    reserved_by varchar(128) not null,
    reserved_at datetime(6) not null,
    expires_at datetime(6) not null,
    used_at datetime(6) null,
    released_at datetime(6) null,
    primary key (id),
    key contact_reservations_value (contact_value, channel, expires_at),
    key contact_reservations_person (person_id, channel, expires_at),
    constraint contact_reservations_is_about_somebody check (
        contact_value is not null or person_id is not null
    ),
    constraint contact_reservations_ends_once check (used_at is null or released_at is null)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per person or contact point and channel that was ever asked about: what callers lock, as
-- the tables of persons and contact points are replaced while they are built.
create table if not exists contact_locks (
    lock_key binary(32) not null,
    primary key (lock_key)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- Who may do what in the dashboard: one row per grant, and one per grant that was ended, for ever. A
-- grant counts from valid_from until valid_to or until a row with its number in revokes_id.
create table if not exists app_roles (
    id bigint unsigned not null auto_increment,
    subject varchar(128) not null,
    role varchar(16) not null,
    valid_from datetime(6) not null,
    valid_to datetime(6) null,
    revokes_id bigint unsigned null,
    granted_by varchar(128) not null,
    reason varchar(1024) not null,
    recorded_at datetime(6) not null,
    primary key (id),
    key app_roles_subject (subject, role),
    unique key app_roles_ended_once (revokes_id),
    constraint app_roles_ends_after_it_begins check (valid_to is null or valid_to > valid_from)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per look at the contact values of a person, for ever. The number counts the looks of one
-- person on one day (UTC): as it is part of the key, nobody exceeds a budget by asking twice at once.
create table if not exists app_reveals (
    actor varchar(128) not null,
    revealed_on date not null,
    number smallint unsigned not null,
    person_id bigint unsigned not null,
    reason varchar(1024) not null,
    revealed_at datetime(6) not null,
    expires_at datetime(6) not null,
    primary key (actor, revealed_on, number),
    key app_reveals_person (person_id, revealed_at)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per piece of work that the dashboard asked for. The dashboard adds rows, the worker works them:
-- WAITING, RUNNING, then DONE or FAILED. Whoever works a row holds it until lease_until; after that
-- another worker takes it again.
create table if not exists app_jobs (
    id bigint unsigned not null auto_increment,
    request_key char(32) not null,
    kind varchar(32) not null,
    parameters text not null,
    asked_by varchar(128) not null,
    asked_at datetime(6) not null default current_timestamp(6),
    state varchar(8) not null default 'WAITING',
    attempt tinyint unsigned not null default 0,
    phase varchar(64) not null default '',
    done_count bigint unsigned null,
    total_count bigint unsigned null,
    message varchar(2048) not null default '',
    result mediumtext null,
    worker varchar(128) null,
    lease_until datetime(6) null,
    started_at datetime(6) null,
    ended_at datetime(6) null,
    primary key (id),
    unique key app_jobs_asked_once (request_key),
    key app_jobs_state (state, id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per contact that was over a cap somebody looked back with, of the newest jobs that did: what the
-- numbers of such a job lead to. Contact points are masked. On the first one of each holder is how many
-- of theirs there are.
create table if not exists cap_look_backs (
    job_id bigint unsigned not null,
    made_at datetime(6) not null,
    touchpoint_id bigint unsigned not null,
    golden_person_id bigint unsigned null,
    shown_contact varchar(254) not null,
    is_blocked tinyint unsigned not null,
    is_first tinyint unsigned not null,
    over_count int unsigned not null,
    primary key (job_id, made_at, touchpoint_id),
    key cap_look_backs_blocked (job_id, is_blocked, made_at, touchpoint_id),
    key cap_look_backs_first (job_id, is_first, made_at, touchpoint_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per look at a pair of possible duplicates, per deferral and per decision, for ever. Of a pair
-- only the newest row counts, until it expires; as its number is part of the key, two stewards who take
-- a pair at one moment can't both have it.
create table if not exists app_reviews (
    person_id_l bigint unsigned not null,
    person_id_r bigint unsigned not null,
    number smallint unsigned not null,
    actor varchar(128) not null,
    state varchar(8) not null,
    noted_at datetime(6) not null,
    expires_at datetime(6) not null,
    primary key (person_id_l, person_id_r, number),
    constraint app_reviews_state_is_known check (state in ('looking', 'deferred', 'decided'))
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per verdict about a pair that was drawn for a blind second look: 1 the first one, 2 the
-- second, by another steward who had not seen it. Added only.
create table if not exists app_verdicts (
    person_id_l bigint unsigned not null,
    person_id_r bigint unsigned not null,
    number tinyint unsigned not null,
    actor varchar(128) not null,
    verdict varchar(16) not null,
    noted_at datetime(6) not null,
    primary key (person_id_l, person_id_r, number),
    key app_verdicts_number (number, noted_at),
    constraint app_verdicts_number_is_known check (number in (1, 2))
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per run of dbt that `lode run` started, as long as it is among the newest of them.
create table if not exists dbt_runs (
    id bigint unsigned not null auto_increment,
    started_at datetime(6) not null,
    ended_at datetime(6) not null,
    exit_code smallint not null,
    node_count int unsigned not null,
    bad_count int unsigned not null,
    primary key (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per model, test or seed of such a run: how it ended and how long it took.
create table if not exists dbt_nodes (
    run_id bigint unsigned not null,
    kind varchar(16) not null,
    name varchar(255) not null,
    state varchar(16) not null,
    seconds double not null,
    message varchar(1024) not null,
    primary key (run_id, kind, name)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per version of a list: what belongs into it. Versions are added, never changed.
create table if not exists list_definitions (
    list_name varchar(64) not null,
    version int unsigned not null,
    channel varchar(8) not null,
    definition text not null,
    definition_hash char(64) not null,
    defined_by varchar(128) not null,
    defined_at datetime(6) not null,
    primary key (list_name, version)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per export of a list. STARTED until its file is whole, HELD while a large one waits for a
-- second person; only COMPLETE ones have left the house, and each has an entry in the audit log, of
-- the same transaction. One whose process was killed becomes FAILED when the next export begins.
create table if not exists list_exports (
    id bigint unsigned not null auto_increment,
    list_name varchar(64) not null,
    version int unsigned not null,
    channel varchar(8) not null,
    status varchar(8) not null,
    exported_by varchar(128) not null,
    reason varchar(1024) null,
    host_name varchar(255) not null,
    file_path varchar(1024) not null,
    started_at datetime(6) not null,
    decided_at datetime(6) not null,
    finished_at datetime(6) null,
    checked_count int unsigned null,
    row_count int unsigned null,
    waterfall text null,
    registry_versions text null,
    rules_hash char(64) null,
    valid_until datetime(6) null,
    rows_hash char(64) null,
    file_sha256 char(64) null,
    primary key (id),
    key list_exports_list (list_name, version),
    key list_exports_status (status)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per export that a second person released, for ever.
create table if not exists list_releases (
    export_id bigint unsigned not null,
    released_by varchar(128) not null,
    reason varchar(1024) not null,
    released_at datetime(6) not null,
    primary key (export_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per line of an exported file: who was given out, by the digest that decisions join by.
create table if not exists list_export_rows (
    export_id bigint unsigned not null,
    contact_hash binary(32) not null,
    line_number int unsigned not null,
    golden_person_id bigint unsigned not null,
    primary key (export_id, contact_hash),
    key list_export_rows_contact (contact_hash),
    key list_export_rows_person (golden_person_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- What search keys are made with: the two keyed halves of HMAC-SHA256 (RFC 2104), so that SQL needs no
-- more of the pepper. Who may read this row may read the contact points themselves; the dashboard may
-- read the fingerprint alone, which tells whether its own pepper is the same one.
create table if not exists search_pepper (
    id tinyint unsigned not null,
    fingerprint binary(32) not null,
    inner_pad binary(64) not null,
    outer_pad binary(64) not null,
    noted_at datetime(6) not null,
    primary key (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- A column that came later: tables that have it already refuse this, which is no error.
alter table contact_reservations add column campaign varchar(255) null;

-- Postal addresses, which came later, are longer than mailboxes.
alter table contact_reservations modify column contact_value varchar(400) null;
