{#-
    Creates the audit log of merges, {prefix}_canonical.import_audit_log, before the first model runs.

    Append-only: one row per table, import and operation of a run. `import_id` is null for rows that
    belong to no import.

    Example (dbt_project.yml): on-run-start: ["{{ create_import_audit_log() }}"]
-#}
{% macro create_import_audit_log() -%}
    create table if not exists {{ import_audit_log() }} (
        id bigint unsigned not null auto_increment,
        import_id varchar(32),
        table_name varchar(64) not null,
        operation varchar(16) not null,
        record_count bigint unsigned not null,
        `timestamp` datetime(6) not null,
        run_id char(36) not null,
        primary key (id),
        index by_import (import_id, table_name),
        index by_table (table_name, id)
    )
    engine = innodb default character set utf8mb4 collate utf8mb4_bin
{%- endmacro %}
