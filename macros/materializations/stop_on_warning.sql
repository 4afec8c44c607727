{#-
    Stops with one sentence if a statement left a warning, and drops the table that it was filling; see
    load_typed_table.

    Arguments: relation (being filled), warnings (of last_warnings).
    Example:   {% do stop_on_warning(new, last_warnings()) %}
-#}
{% macro stop_on_warning(relation, warnings) -%}
    {%- if warnings -%}
        {%- set code = warnings[0][1] | int -%}
        {%- set message = warnings[0][2] | string -%}
        {%- set key = config.get('primary_key') or model.columns.keys() | list | first -%}
        {%- set key = key if key is string else key | join(', ') -%}
        {%- set problem -%}
            {%- if code == 1062 -%}
                two rows have the same primary key ({{ key }}): {{ message }}.
            {%- elif code == 1048 -%}
                {{ message }} (the primary key is {{ key }}).
            {%- else -%}
                {{ message }}.
            {%- endif -%}
        {%- endset -%}
        {%- do run_query('drop table if exists ' ~ relation) -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ' cannot be stored: ' ~ problem ~ ' Nothing was changed.'
        ) -%}
    {%- endif -%}
{%- endmacro %}
