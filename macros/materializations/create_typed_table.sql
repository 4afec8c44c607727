{#-
    The DDL of an empty table with the columns, types and primary key of the model's YAML.

    Text is utf8mb4 and compared byte by byte (utf8mb4_bin) unless a data_type names a collation.
    Secondary indexes come after the load: see add_declared_indexes. With persist_docs, the
    descriptions become comments here, the only place where that costs nothing.

    Arguments: relation, temporary (bool).
    Example:   create table `s`.`persons__new` (`id` bigint unsigned not null, …, primary key (`id`))
-#}
{% macro create_typed_table(relation, temporary=false) -%}
    {%- set key = declared_key() -%}
    create {{ 'temporary ' if temporary }}table {{ relation }} (
    {%- for name, column in model.columns.items() %}
        {{ adapter.quote(name) }} {{ column.data_type }}
        {%- if name in key and 'not null' not in column.data_type | lower %} not null{% endif %}
        {%- if config.persist_column_docs() and column.description and not temporary %}
            comment {{ sql_text(column.description, 1024) }}
        {%- endif %},
    {%- endfor %}
        primary key ({{ quoted_list(key) }})
    )
    engine = innodb default character set utf8mb4 collate utf8mb4_bin
    {%- if config.persist_relation_docs() and model.description and not temporary %}
    comment = {{ sql_text(model.description, 2048) }}
    {%- endif %}
{%- endmacro %}
