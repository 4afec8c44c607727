{#-
    Inserts a seed's rows; the first thing wrong with one becomes a sentence.

    Arguments: relation (from create_seed_table), agate_table (the file's rows).
-#}
{% macro load_seed_rows(relation, agate_table) -%}
    {%- set names = agate_table.column_names -%}
    {%- set row_values = '(' ~ (['%s'] * (names | length)) | join(', ') ~ ')' -%}
    {%- for some in agate_table.rows | batch(5000) -%}
        {%- set bindings = [] -%}
        {%- for row in some -%}
            {%- do bindings.extend(row) -%}
        {%- endfor -%}
        {%- set query -%}
            insert ignore into {{ relation }} ({{ quoted_list(names) }}) values
            {{ ([row_values] * (some | length)) | join(', ') }}
        {%- endset -%}
        {%- do adapter.add_query(query, bindings=bindings, auto_begin=False, abridge_sql_log=True) -%}
        {%- do stop_on_warning(relation, last_warnings()) -%}
    {%- endfor -%}
{%- endmacro %}
