{#-
    What was asked or put together once in this run, by its question or name, to read and to add to.
    It is kept in `graph`, the one object that all models of a run share, so it goes with the run;
    while dbt parses, nothing is kept.

    Example: {%- do answers_of_run().update({'letter_folds': folds}) -%}
-#}
{% macro answers_of_run() -%}
    {{ return(graph.setdefault('motherlode_answers', {}) if execute else {}) }}
{%- endmacro %}
