{#-
    Loads parts of a model that another session of this run is rebuilding, the last one first. Waits for
    that session to put them up, two seconds at most: it may not be at work, or have done all of it.

    Arguments: built (relation of the model).   Returns: the number of rows loaded.
-#}
{% macro help_rebuild(built) -%}
    {%- set found = graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('name', 'equalto', built.identifier) | list -%}
    {%- set settings = found[0].config.get('rebuild_parts') if found else none -%}
    {%- if not settings -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ' builds ' ~ built.identifier ~ ', which is not a model with rebuild_parts.'
        ) -%}
    {%- endif -%}
    {%- set done = namespace(rows=0) -%}
    {%- if is_rebuilt(built) and rebuild_parts(settings, '') -%}
        {%- set parts = create_rebuild_parts() -%}
        {%- set done.numbers = [] -%}
        {%- for attempt in range(40) if not done.numbers -%}
            {%- do run_query('do sleep(0.05)') if not loop.first -%}
            {%- set done.numbers = run_query(
                'select part from ' ~ parts ~ " where model = '" ~ built.identifier
                ~ "' and run_id = '" ~ invocation_id ~ "' order by part desc"
            ).columns[0].values() | list -%}
            {%- do run_query('commit') -%}
        {%- endfor -%}
        {%- for part in done.numbers -%}
            {%- set done.rows = done.rows + load_part(parts, built.identifier, part, 0).rows -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(done.rows) }}
{%- endmacro %}
