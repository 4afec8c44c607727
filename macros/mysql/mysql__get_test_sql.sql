{#-
    The query around a dbt test, as dbt-mysql writes it, run in a prepared session so that a test means
    the same on every engine (see prepare_session).

    Arguments: main_sql, fail_calc, warn_if, error_if, limit (as dbt passes them).
-#}
{% macro mysql__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
    {%- if execute -%}
        {%- do prepare_session() -%}
    {%- endif -%}
    select
        {{ fail_calc }} as failures,
        case when {{ fail_calc }} {{ warn_if | replace('!=', '<>') }} then 'true' else 'false' end
            as should_warn,
        case when {{ fail_calc }} {{ error_if | replace('!=', '<>') }} then 'true' else 'false' end
            as should_error
    from (
        {{ main_sql }}
        {{ 'limit ' ~ limit if limit is not none }}
    ) as tested
{%- endmacro %}
