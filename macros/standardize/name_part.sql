{#-
    One part of a full name whose titles and suffixes are gone (see name_body): `given` (first and
    middle names together) or `family`.

    With a comma the family name stands before it; without, it is the last word with the particles
    before it (Maria de la Cruz) or both words around `y`. A single word is a given name, or the
    family name if a title or suffix stood beside it (Mr. Smith).

    Arguments: part ('given' or 'family'), body (expression), full (the name before it was
    stripped).
    Example:   name_part('family', "'Johannes van der Berg'", …) -> 'van der Berg'
    Source: the brief's E1, with the cases it leaves out (reference: nameparser).
-#}
{% macro name_part(part, body, full) -%}
    {%- set family -%}
        trim(regexp_substr({{ body }}, '(?i)(?<=[^ ]) {{ name_particles_pattern() }}[^ ]+$'))
    {%- endset -%}
    {%- if part == 'family' -%}
        case
            when {{ body }} like '%,%' then nullif(trim(substring_index({{ body }}, ',', 1)), '')
            when {{ body }} like '% %' then {{ family }}
            when {{ body }} <> {{ full }} then {{ body }}
        end
    {%- else -%}
        case
            when {{ body }} like '%,%' then nullif(trim(
                substr({{ body }}, char_length(substring_index({{ body }}, ',', 1)) + 2)
            ), '')
            when {{ body }} like '% %'
                then left({{ body }}, char_length({{ body }}) - char_length({{ family }}) - 1)
            when {{ body }} = {{ full }} then {{ body }}
        end
    {%- endif -%}
{%- endmacro %}
