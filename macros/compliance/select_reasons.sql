{#-
    Contributions to decide_contact as one select.

    Arguments: reasons (list, as the macros reasons_… return them), is_short (bool: the columns of
               reason_marks instead of reason_columns).
-#}
{% macro select_reasons(reasons, is_short=false) -%}
    {%- for reason in reasons %}
    select{{ ' straight_join' if reason.is_in_order }}
    {{ reason_marks(reason) if is_short else reason_columns(reason) }}
    {{ reason.rows }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
