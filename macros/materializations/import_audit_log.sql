{#-
    The relation of the audit log of merges.

    Example: import_audit_log() -> `motherlode_canonical`.`import_audit_log`
-#}
{% macro import_audit_log() -%}
    {{ return(api.Relation.create(
        schema=generate_schema_name('canonical', none), identifier='import_audit_log', type='table'
    )) }}
{%- endmacro %}
