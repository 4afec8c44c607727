{#-
    Makes the database session of a build or a test the same on every engine, whoever opened it.

    READ COMMITTED, because an `insert … select` would otherwise lock the rows it reads and hold up
    the loaders. Notes off, so that what `show warnings` lists are real warnings only. MariaDB sorts
    wide rows by their address and reads each one again unless max_length_for_sort_data is raised
    (3,000,000 rows: 85 s instead of 8 s), and would work a grouped part of a query out again for
    each row that looks it up (1,000,000 rows: minutes instead of 5 s). MySQL's sort buffer of
    256 KB is too small for one row with a long JSON value. Working tables may stay in memory up to
    128 MB, not 16 (1,000,000 rows of four numbers: a fifth of the processor time). Ends the
    transaction that queries at compile time opened.

    Example: {% do prepare_session() %}
-#}
{% macro prepare_session() -%}
    {%- do run_query('commit') -%}
    {#- A delete that names its table by an alias needs a default schema, whatever it is. -#}
    {%- do run_query('use ' ~ adapter.quote(target.schema)) -%}
    {%- set is_mariadb = 'mariadb' in asked_once('select version()')[0] | lower -%}
    {%- set settings -%}
        set session
            {{ 'tx_isolation' if is_mariadb else 'transaction_isolation' }} = 'READ-COMMITTED',
            sql_mode = concat_ws(
                ',', 'ONLY_FULL_GROUP_BY', 'STRICT_TRANS_TABLES', 'NO_ZERO_IN_DATE',
                'NO_ZERO_DATE', 'ERROR_FOR_DIVISION_BY_ZERO', 'NO_ENGINE_SUBSTITUTION'
            ),
            time_zone = '+00:00',
            sql_notes = 0,
            group_concat_max_len = 1048576,
            sort_buffer_size = 16777216,
            tmp_table_size = 134217728,
            max_heap_table_size = 134217728,
            {%- if is_mariadb %}
            max_length_for_sort_data = 8388608,
            optimizer_switch = 'split_materialized=off',
            {%- endif %}
            innodb_lock_wait_timeout = {{ var('lock_wait_seconds', 120) }},
            lock_wait_timeout = {{ var('lock_wait_seconds', 120) }}
    {%- endset -%}
    {%- do run_query(settings) -%}
{%- endmacro %}
