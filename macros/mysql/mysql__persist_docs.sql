{#-
    dbt's persist_docs for MySQL: nothing left to do. Our tables get their comments when they are
    created (create_typed_table), and views have none; dbt's own version would stop the run.

    Arguments: relation, model, for_relation, for_columns (as dbt passes them).
-#}
{% macro mysql__persist_docs(relation, model, for_relation, for_columns) -%}
{%- endmacro %}
