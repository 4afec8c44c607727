{#-
    Tells dbt how a model's build went: its status line, and adapter_response in run_results.json.

    Arguments: message, code (kind of build), rows (rows written).
    Example:   {% do report_result('5 rows', 'TABLE', 5) %}
-#}
{% macro report_result(message, code, rows) -%}
    {%- call noop_statement('main', message=message, code=code, rows_affected=rows) -%}
        {{ sql }}
    {%- endcall -%}
{%- endmacro %}
