{#-
    A table of the raw schema, for the engine's own bookkeeping; models use source().

    Arguments: name.   Example: raw_relation('import_metadata') -> `motherlode_raw`.`import_metadata`
-#}
{% macro raw_relation(name) -%}
    {{ return(api.Relation.create(
        schema=generate_schema_name('raw', none), identifier=name, type='table'
    )) }}
{%- endmacro %}
