{#-
    The values of one seed column, read when a model is compiled: the way by which a macro uses a
    code list without holding one. Longest value first, so that an alternation built from them
    prefers `avenue` to `ave`. Without the seed a run stops with a sentence; parsing and
    docs go on with an empty list.

    Arguments: seed (name), column (name or SQL expression), where (SQL condition on the seed).
    Example:   seed_values('us_states', 'state_code') -> ['AA', 'AE', 'AK', …]
-#}
{% macro seed_values(seed, column, where='true') -%}
    {%- set relation = ref(seed) -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- elif not load_relation(relation) -%}
        {%- if flags.WHICH in ('run', 'build', 'test') -%}
            {{ exceptions.raise_compiler_error(
                "Seed " ~ seed ~ " is not loaded in " ~ relation ~ ": run `dbt seed` first."
            ) }}
        {%- endif -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set query -%}
        select {{ column }} from {{ relation }}
        where {{ where }} and {{ column }} is not null
        order by char_length({{ column }}) desc, cast({{ column }} as binary) asc
    {%- endset -%}
    {{ return(asked_once(query) | unique(case_sensitive=true) | list) }}
{%- endmacro %}
