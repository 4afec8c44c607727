{#-
    All parts of a name in the order in which it is spoken, with title and suffix: where
    name_prefix and name_suffix look.

    Arguments: prefix, whole (see whole_name; NULL if the parts stand in columns), first, middle,
    last, suffix (cleaned columns).
-#}
{% macro spoken_name(prefix, whole, first, middle, last, suffix) -%}
    concat_ws(
        ' ',
        {{ prefix }},
        coalesce({{ whole }}, concat_ws(' ', {{ first }}, {{ middle }}, {{ last }})),
        {{ suffix }}
    )
{%- endmacro %}
