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
