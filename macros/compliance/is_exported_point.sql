{#-
    Whether a contact point is one of those that an export asks about. Their kind and their values
    are marks that the export replaces by parameters.

    Arguments: point (alias of int_golden_contacts).
-#}
{% macro is_exported_point(point) -%}
    {{ point }}.contact_kind = 'lode:kind' and {{ point }}.contact_value in ('lode:values')
{%- endmacro %}
