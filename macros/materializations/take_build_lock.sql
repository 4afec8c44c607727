{#-
    Keeps two sessions from building the same relation at the same time.

    The lock belongs to the session: it goes with it, however the session ends. Whoever does not get
    it within `lock_wait_seconds` stops with a sentence.

    Arguments: relation.   Example: {% do take_build_lock(this) %}
-#}
{% macro take_build_lock(relation) -%}
    {%- set seconds = var('lock_wait_seconds', 120) -%}
    {%- set name = build_lock_name(relation) -%}
    {%- set taken = run_query("select get_lock('" ~ name ~ "', " ~ seconds ~ ")") -%}
    {%- if taken.columns[0].values()[0] != 1 -%}
        {%- do exceptions.raise_compiler_error(
            relation.identifier ~ " is being built by another session, which did not end within "
            ~ seconds ~ " seconds: wait for it, then run again."
        ) -%}
    {%- endif -%}
{%- endmacro %}
