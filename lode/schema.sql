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
