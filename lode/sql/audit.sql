-- The audit log: who did what and when. A schema of its own, `{audit}`, as rights on a whole schema
-- can't be taken back for one of its tables.
--
-- The server itself numbers, dates, signs with its session's account and chains what is inserted, so
-- that no account can write an entry that fits nowhere or is dated back. Every trigger is a single
-- statement: the same text goes through an administrator's client.
--
-- entry_hash is defined here and, independently, in lode/audit_chain.py. `hex` keeps a value from
-- looking like two.

-- One row per event, for ever.
create table if not exists `{audit}`.audit_log (
    sequence bigint unsigned not null default 0,
    recorded_at datetime(6) not null default '1970-01-01 00:00:00.000000',
    account varchar(300) not null default '',
    actor varchar(128) not null,
    event varchar(64) not null,
    subject varchar(128) not null,
    payload mediumtext not null,
    previous_hash char(64) not null default '',
    entry_hash char(64) not null default '',
    primary key (sequence),
    key audit_log_event (event, recorded_at),
    key audit_log_recorded_at (recorded_at),
    key audit_log_actor (actor, recorded_at),
    key audit_log_subject (subject, recorded_at)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row: where the chain ends. It also makes writers wait for each other, and no reader.
create table if not exists `{audit}`.audit_head (
    id tinyint unsigned not null,
    sequence bigint unsigned not null,
    entry_hash char(64) not null,
    primary key (id),
    constraint audit_head_is_one_row check (id = 1)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

insert ignore into `{audit}`.audit_head values (1, 0, repeat('0', 64));

-- A transaction reads what it has written itself, however old its snapshot is: the update comes first.
create trigger `{audit}`.audit_log_is_counted before insert on `{audit}`.audit_log for each row
update `{audit}`.audit_head set sequence = sequence + 1 where id = 1;

create trigger `{audit}`.audit_log_is_chained before insert on `{audit}`.audit_log for each row
follows audit_log_is_counted
set
    new.sequence = (select head.sequence from `{audit}`.audit_head as head where head.id = 1),
    new.previous_hash = (select head.entry_hash from `{audit}`.audit_head as head where head.id = 1),
    new.recorded_at = utc_timestamp(6),
    new.account = user(),
    new.entry_hash = sha2(
        concat_ws(
            ':', new.previous_hash, new.sequence, date_format(new.recorded_at, '%Y-%m-%dT%H:%i:%s.%f'),
            hex(new.account), hex(new.actor), hex(new.event), hex(new.subject), sha2(new.payload, 256)
        ),
        256
    );

create trigger `{audit}`.audit_log_moves_the_head after insert on `{audit}`.audit_log for each row
update `{audit}`.audit_head set entry_hash = new.entry_hash where id = 1;

create trigger `{audit}`.audit_log_is_not_changed before update on `{audit}`.audit_log for each row
signal sqlstate '45000' set message_text = 'The audit log is only added to: no entry is changed.';

create trigger `{audit}`.audit_log_is_not_deleted before delete on `{audit}`.audit_log for each row
signal sqlstate '45000' set message_text = 'The audit log is only added to: no entry is deleted.';

create trigger `{audit}`.audit_head_is_not_deleted before delete on `{audit}`.audit_head for each row
signal sqlstate '45000' set message_text = 'The end of the audit log is moved, never deleted.';
