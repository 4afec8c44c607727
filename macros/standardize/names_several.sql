{#-
    Whether a field may name several mailboxes or telephone numbers: it has two signs @, or thirteen
    digits of any script among fifteen signs, which few numbers have alone.

    Arguments: column, is_mailbox (bool).
    Example:   names_several("phone", false) -> '202-555-0101 / 0102' gives 1
-#}
{% macro names_several(column, is_mailbox) -%}
    {%- if is_mailbox -%}
    {{ column }} like '%@%@%'
    {%- else -%}
    char_length({{ column }}) >= 15 and {{ column }} regexp '(?:\\p{Nd}\\P{Nd}*){13}'
    {%- endif -%}
{%- endmacro %}
