{#-
    Stops with one sentence if the statement before it left a warning, and drops the table that it
    was filling; see load_typed_table. Warnings that something is deprecated do not count, nor those whose
    numbers are in the model's config `ignored_warnings`.

    Arguments: relation (being filled).   Example: {% do stop_on_warning(new) %}
-#}
{% macro stop_on_warning(relation) -%}
    {%- set ignored = [1287, 1681, 3719, 3778] + config.get('ignored_warnings', []) -%}
    {%- set warnings = run_query('show warnings').rows | rejectattr(1, 'in', ignored) | list -%}
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
