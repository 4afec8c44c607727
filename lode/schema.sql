-- Raw tables that commands of several parts write. The loader owns them.

-- One row per slot that was promised for a contact, for ever. It counts against the caps while it is
-- held (until expires_at), and from used_at on as the contact that was made; released, it counts no more.
create table if not exists contact_reservations (
    id bigint unsigned not null auto_increment,
    channel varchar(8) not null,
    contact_value varchar(254) null,
    person_id bigint unsigned null,
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

-- One row per export of a list. STARTED until its file is whole; only COMPLETE ones have left the
-- house, and each has an entry in the audit log, of the same transaction. One whose process was
-- killed becomes FAILED when the next export begins.
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
