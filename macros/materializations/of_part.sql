{#-
    Marks where the query of a model with config `rebuild_parts` is cut into parts: while the model is
    rebuilt by several sessions, each takes the rows of a range of this column. Says nothing otherwise.

    Arguments: column (SQL expression, never null).
    Example:   where record_count > 0 and {{ of_part('persons.golden_person_id') }}
-#}
{% macro of_part(column) -%}
    {{ return('true /* part of ' ~ column ~ ' */') }}
{%- endmacro %}
