{#-
    The fingerprint of the seed that a table was loaded from, or none.

    Arguments: relation.   Example: loaded_fingerprint(this) == seed_fingerprint()
-#}
{% macro loaded_fingerprint(relation) -%}
    {%- set query -%}
        select table_comment as fingerprint from information_schema.tables
        where table_schema = '{{ relation.schema }}' and table_name = '{{ relation.identifier }}'
            and table_comment like 'seed %'
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {{ return(rows[0][0] if rows else none) }}
{%- endmacro %}
