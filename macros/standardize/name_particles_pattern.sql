{#-
    Any number of particles that belong to the surname behind them (van der, de la, St.), each with
    the space after it; may match nothing. To be used in a pattern without regard to case.

    Example: '(?i) {{ name_particles_pattern() }}[^ ]+$' finds ' de la Cruz'
    Source: seed name_particles
-#}
{% macro name_particles_pattern() -%}
    (?:{{ regex_alternation(seed_values('name_particles', 'particle')) }}[.]? )*(?:[^ ]+ y )?
{%- endmacro %}
