{#-
    Of several rows the enforcement that decides: enforce, then advise, exempt, allow.

    Arguments: column (SQL expression).
-#}
{% macro strongest(column) -%}
    elt(
        min(field({{ column }}, 'enforce', 'advise', 'exempt', 'allow')),
        'enforce', 'advise', 'exempt', 'allow'
    )
{%- endmacro %}
