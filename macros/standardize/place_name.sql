{#-
    A city or county in upper and lower case (see proper_case).

    Arguments: column (raw).   Example: place_name("city") -> 'EL PASO' gives 'El Paso'
-#}
{% macro place_name(column) -%}
    {{ proper_case(blank_to_null(column), has_particles=false, tested=column) }}
{%- endmacro %}
