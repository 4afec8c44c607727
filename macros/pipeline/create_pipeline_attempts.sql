{#-
    Creates the list of attempts that were not published yet (canonical.pipeline_attempts: one row
    per run that began) if it is not there. A run that publishes empties it. On-run-start.
-#}
{% macro create_pipeline_attempts() -%}
    create table if not exists {{ generate_schema_name('canonical', none) }}.pipeline_attempts (
        run_id varchar(64) not null,
        is_full_refresh tinyint(1) not null,
        started_at datetime not null,
        primary key (run_id)
    ) engine = innodb default character set utf8mb4 collate utf8mb4_bin
{%- endmacro %}
