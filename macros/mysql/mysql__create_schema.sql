{#-
    dbt's create_schema for MySQL, with the character set named: MariaDB's default is latin1.

    Arguments: relation (only its schema counts).
-#}
{% macro mysql__create_schema(relation) -%}
    {%- call statement('create_schema') -%}
        create schema if not exists {{ relation.without_identifier() }}
        character set utf8mb4 collate utf8mb4_unicode_ci
    {%- endcall -%}
{%- endmacro %}
