{#-
    A condition that keeps the records of imports of one source type: the name of the mapping that
    read them; * keeps all.

    Arguments: source_type, records (alias of a table with import_seq).
    Example:   of_source_type('legacy_crm', 'raw_people') -> raw_people.import_seq in (3, 17)
-#}
{% macro of_source_type(source_type, records) -%}
    {%- if source_type == '*' or not execute -%}
        1 = 1
    {%- else -%}
        {%- set query -%}
            select id from {{ source('raw', 'import_metadata') }}
            where source_type = {{ sql_list([source_type]) }} order by id
        {%- endset -%}
        {%- set imports = run_query(query).columns[0].values() | map('int') | list -%}
        {{ records }}.import_seq in ({{ (imports or [0]) | join(', ') }})
    {%- endif -%}
{%- endmacro %}
