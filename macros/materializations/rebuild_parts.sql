{#-
    The ranges into which the rebuild of a model is cut, half of the rows each, or none: the model does
    not ask for it, or is so small that it would not pay (var `rebuild_parts_from`, rows).

    Config: rebuild_parts: {column: golden_person_id, relation: persons}; the column of a model, whole
            numbers and indexed, that says where the middle is.

    Arguments: settings (config rebuild_parts), query (the model's SQL).
    Returns:   the queries of the parts; an empty list if there are none.
-#}
{% macro rebuild_parts(settings, query) -%}
    {%- if not settings -%}
        {{ return([]) }}
    {%- endif -%}
    {%- if not settings.relation or not settings.column -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ' has rebuild_parts that are not {column: a column of whole numbers, relation:'
            ~ ' name of a model}.'
        ) -%}
    {%- endif -%}
    {%- set relation = ref(settings.relation) -%}
    {%- set column = adapter.quote(settings.column) -%}
    {%- set total = run_query('select count(*) from ' ~ relation).rows[0][0] | int -%}
    {%- if total < var('rebuild_parts_from', 100000) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set found = run_query(
        'select ' ~ column ~ ' from ' ~ relation ~ ' order by ' ~ column
        ~ ' limit 1 offset ' ~ total // 2
    ) -%}
    {%- set middle = found.rows[0][0] | int -%}
    {%- set mark = 'true /\\* part of (\\S+) \\*/' -%}
    {{ return([
        modules.re.sub(mark, '\\1 < ' ~ middle, query),
        modules.re.sub(mark, '\\1 >= ' ~ middle, query),
    ]) }}
{%- endmacro %}
