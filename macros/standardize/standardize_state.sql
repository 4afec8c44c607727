{#-
    A state of the US or a province of Canada as its two-letter code; names, old abbreviations and
    any case are understood (seed state_names). A value that is none, such as a region of another
    country, stays as written.

    Arguments: column (cleaned).   Example: standardize_state("state") -> 'n. carolina' gives 'NC'
    Source: USPS Publication 28 appendix B; Canada Post. A code needs no look-up, a name costs one
    read of the seed's primary key.
-#}
{% macro standardize_state(column) -%}
    {%- set codes = seed_values('state_names', 'state_code') | unique | list -%}
    case
        when upper({{ column }}) in ({{ sql_list(codes) }}) then upper({{ column }})
        when {{ column }} is not null then coalesce(
            (
                select state_names.state_code from {{ ref('state_names') }} as state_names
                where state_names.name = {{ place_key(column) }}
            ),
            {{ column }}
        )
    end
{%- endmacro %}
