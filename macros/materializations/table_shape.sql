{#-
    Column name -> type, collation, nullability and key of a table, temporary or not, in one text each.

    Arguments: relation.   Example: table_shape(this) -> {'id': 'bigint unsigned not null primary key'}
-#}
{% macro table_shape(relation) -%}
    {%- set shape = {} -%}
    {%- for row in run_query('show full columns from ' ~ relation).rows -%}
        {%- do shape.update({row['Field']:
            row['Type'] ~ (' collate ' ~ row['Collation'] if row['Collation'] else '')
            ~ (' not null' if row['Null'] == 'NO' else '')
            ~ (' primary key' if row['Key'] == 'PRI' else '')
        }) -%}
    {%- endfor -%}
    {{ return(shape) }}
{%- endmacro %}
