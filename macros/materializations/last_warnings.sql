{#-
    The warnings that the statement before it left. Those that something is deprecated do not count, nor
    those whose numbers are in the model's config `ignored_warnings`.

    Returns: rows of level, number, message.
-#}
{% macro last_warnings() -%}
    {%- set ignored = [1287, 1681, 3719, 3778] + config.get('ignored_warnings', []) -%}
    {{ return(run_query('show warnings').rows | rejectattr(1, 'in', ignored) | list) }}
{%- endmacro %}
