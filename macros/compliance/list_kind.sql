{#-
    The kind of a do-not-call list by its name: national (also called federal), state, litigator, or
    other, which counts as an internal list that nothing exempts from.

    Arguments: name (SQL expression).
-#}
{% macro list_kind(name) -%}
    case
        when {{ name }} in ('national', 'federal', 'ftc') then 'national'
        when {{ name }} = 'state' or left({{ name }}, 6) = 'state_' then 'state'
        when left({{ name }}, 9) = 'litigator' then 'litigator'
        else 'other'
    end
{%- endmacro %}
