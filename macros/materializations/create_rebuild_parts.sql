{#-
    Makes the table in which a session that rebuilds a model puts up its parts for others, beside the
    model, if it is not there. Rows live as long as a rebuild.

    Columns: model, part, run_id (of dbt), statement (that loads it), row_count (null: not done yet).

    Returns: the relation.
-#}
{% macro create_rebuild_parts() -%}
    {%- set parts = this.incorporate(path={'identifier': 'rebuild_parts'}, type='table') -%}
    {%- set ddl -%}
        create table if not exists {{ parts }} (
            model varchar(64) not null,
            part tinyint unsigned not null,
            run_id char(36) not null,
            statement longtext not null,
            row_count bigint unsigned,
            primary key (model, part)
        )
        engine = innodb default character set utf8mb4 collate utf8mb4_bin
    {%- endset -%}
    {%- do run_query(ddl) -%}
    {{ return(parts) }}
{%- endmacro %}
