{#-
    Creates the ledger of complete runs (canonical.pipeline_runs: one row per run that built
    everything) if it is not there. On-run-start.
-#}
{% macro create_pipeline_runs() -%}
    create table if not exists {{ generate_schema_name('canonical', none) }}.pipeline_runs (
        id bigint unsigned not null auto_increment,
        run_id varchar(64) not null,
        dedup_job_id varchar(50) null,
        finished_at datetime(6) not null,
        primary key (id)
    ) engine = innodb default character set utf8mb4 collate utf8mb4_bin
{%- endmacro %}
