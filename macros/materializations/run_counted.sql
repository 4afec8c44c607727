{#-
    Runs a statement of a merge and stops, with everything undone, unless it touched the rows it was
    expected to touch: then somebody else wrote to the table meanwhile.

    Arguments: query, expected (rows).
-#}
{% macro run_counted(query, expected) -%}
    {%- call statement('counted', auto_begin=false) -%}
        {{ query }}
    {%- endcall -%}
    {%- set rows = load_result('counted').response.rows_affected -%}
    {%- if rows != expected -%}
        {%- do run_query('rollback') -%}
        {%- do exceptions.raise_compiler_error(
            this.identifier ~ " was changed by another session during the merge (" ~ expected
            ~ " rows were to change, " ~ rows ~ " did): nothing was written; run again."
        ) -%}
    {%- endif -%}
{%- endmacro %}
