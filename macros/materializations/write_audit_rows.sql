{#-
    Writes counts into the audit log, inside the transaction that is open; counts of 0 are left out.

    Arguments: counts ({operation: {import_seq or none: count}}).
-#}
{% macro write_audit_rows(counts) -%}
    {%- set rows = [] -%}
    {%- for operation, by_import in counts.items() -%}
        {%- for import_seq, count in by_import.items() if count -%}
            {%- do rows.append(
                'select ' ~ ('null' if import_seq is none else import_seq | int) ~ " as import_seq, '"
                ~ operation ~ "' as operation, " ~ count ~ ' as record_count'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for some in rows | batch(500) -%}
        {%- call statement('audit', auto_begin=false) -%}
            insert into {{ import_audit_log() }} (
                import_id, table_name, operation, record_count, `timestamp`, run_id
            )
            select
                i.import_id, '{{ this.identifier }}', c.operation, c.record_count, {{ utc_now() }},
                '{{ invocation_id }}'
            from ({{ some | join(' union all ') }}) as c
            left join {{ raw_relation('import_metadata') }} as i on i.id = c.import_seq
        {%- endcall -%}
    {%- endfor -%}
{%- endmacro %}
