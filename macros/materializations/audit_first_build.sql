{#-
    Writes the rows of the model's table into the audit log as inserted, per import, unless the log
    already knows the table.

    A first build ends with a rename, which no transaction can hold together with the log: a run
    that dies between the two is made up for by the next one.

    Arguments: always (bool: log even if the table is known, after a full refresh).
-#}
{% macro audit_first_build(always=false) -%}
    {%- set known -%}
        select 1 from {{ import_audit_log() }} where table_name = '{{ this.identifier }}' limit 1
    {%- endset -%}
    {%- if always or not run_query(known).rows -%}
        {%- set counts = {} -%}
        {%- set column = adapter.quote(config.get('audit_by')) -%}
        {%- set query = 'select ' ~ column ~ ', count(*) from ' ~ this ~ ' group by ' ~ column -%}
        {%- for row in run_query(query).rows -%}
            {%- do counts.update({row[0]: row[1] | int}) -%}
        {%- endfor -%}
        {%- do write_audit_rows({'INSERT': counts}) -%}
    {%- endif -%}
{%- endmacro %}
