{#-
    The rows of the target that a merge deletes: their scope column is in the scope relation, their
    key is not in the batch. The scope is read, target and batch are looked up.

    Config: merge_scope: {column: id, relation: persons_touched, relation_column: person_id}; the
            last one only if the relation calls the column otherwise.

    Arguments: batch, target (relations), head ('delete t' or a select list).
-#}
{% macro merge_scope_sql(batch, target, head) -%}
    {%- set scope = config.get('merge_scope') -%}
    {%- set column = adapter.quote(scope.column) -%}
    {%- set scope_column = adapter.quote(scope.relation_column or scope.column) -%}
    {{ head }}
    from (select distinct {{ scope_column }} as scope_value from {{ ref(scope.relation) }}) as s
    straight_join {{ target }} as t force index ({{ adapter.quote(scope_index()) }})
        on t.{{ column }} = s.scope_value
    left join {{ batch }} as b force index (primary) on {{ merge_key_match() }}
    where b.{{ adapter.quote(declared_key()[0]) }} is null
{%- endmacro %}
