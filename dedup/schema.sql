-- Raw tables of the golden-record run. The dedup package owns and appends to them; dbt reads the
-- newest published job and never writes here. The pairs, the clusters and the word PUBLISHED of a
-- job go in with one transaction, so a killed run publishes nothing and the job before it stays in
-- force.

-- One row per dedup job. A job that is still RUNNING while no one holds the dedup lock was killed;
-- the next run marks it FAILED.
create table if not exists dedup_runs (
    job_id varchar(50) not null,
    started_at datetime(6) not null,
    finished_at datetime(6) null,
    status varchar(16) not null,
    model_version varchar(64) not null,
    link_threshold double not null,
    review_threshold double not null,
    person_count bigint unsigned not null,
    pair_count bigint unsigned not null,
    cluster_count bigint unsigned not null,
    settings json not null,
    primary key (job_id),
    key dedup_runs_status_finished_at (status, finished_at, job_id),
    constraint dedup_runs_status_is_known check (status in ('RUNNING', 'PUBLISHED', 'FAILED'))
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per pair of persons that reached the review threshold in one job.
create table if not exists dedup_pairs (
    job_id varchar(50) not null,
    person_id_l bigint unsigned not null,
    person_id_r bigint unsigned not null,
    match_weight double not null,
    match_probability double not null,
    match_score decimal(5, 2) not null,
    match_reason varchar(100) not null,
    decision varchar(8) not null,
    waterfall json not null,
    primary key (job_id, person_id_l, person_id_r),
    constraint dedup_pairs_decision_is_known check (decision in ('link', 'review'))
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per person in a cluster of two or more persons in one job.
create table if not exists dedup_clusters (
    job_id varchar(50) not null,
    person_id bigint unsigned not null,
    golden_person_id bigint unsigned not null,
    match_weight double null,
    match_score decimal(5, 2) null,
    match_reason varchar(100) not null,
    primary key (job_id, person_id),
    key dedup_clusters_golden_person_id (job_id, golden_person_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per decision about who is who, append-only: two persons are one (link), are two (apart),
-- this one stands for its group (golden), or (revokes_id) the end of an earlier decision (revoke).
-- Taking a group apart is one decision per pair across; all but the first name the first (split_id).
create table if not exists dedup_decisions (
    id bigint unsigned not null auto_increment,
    kind varchar(16) not null,
    revokes_id bigint unsigned null,
    split_id bigint unsigned null,
    decided_by varchar(128) not null,
    reason varchar(1024) not null,
    decided_at datetime(6) not null,
    primary key (id),
    key dedup_decisions_revokes (revokes_id),
    constraint dedup_decisions_kind_is_known check (kind in ('link', 'apart', 'golden', 'revoke')),
    constraint dedup_decisions_end check ((kind = 'revoke') = (revokes_id is not null))
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

alter table dedup_decisions add column split_id bigint unsigned null;

alter table dedup_decisions add key dedup_decisions_revokes (revokes_id);

-- The records that the persons of a decision had when it was made, side 1 and side 2: they find the
-- persons again whatever is joined, taken apart or taken out later.
create table if not exists dedup_decision_records (
    decision_id bigint unsigned not null,
    side tinyint unsigned not null,
    record_id bigint unsigned not null,
    primary key (decision_id, side, record_id),
    key dedup_decision_records_record (record_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- The persons that a published job has seen: who was there before keeps its id when others join it.
create table if not exists dedup_persons (
    person_id bigint unsigned not null,
    primary key (person_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;

-- One row per person of every group that a published job changed, append-only: the golden person it
-- had before and has after. An event is a merge (several groups became one), a split (one became
-- several), regroup (both) or rename (another member stands for the same group).
create table if not exists dedup_events (
    id bigint unsigned not null auto_increment,
    job_id varchar(50) not null,
    event_number int unsigned not null,
    event_type varchar(16) not null,
    person_id bigint unsigned not null,
    golden_before bigint unsigned not null,
    golden_after bigint unsigned not null,
    match_score decimal(5, 2) null,
    match_reason varchar(100) null,
    primary key (id),
    unique key dedup_events_person (job_id, person_id),
    key dedup_events_of_person (person_id),
    constraint dedup_events_type_is_known check (event_type in ('merge', 'split', 'regroup', 'rename'))
) engine = innodb default character set utf8mb4 collate utf8mb4_bin;
