{#-
    Translate a value by a seed of two columns, as an expression (no join): NULL if it is not
    listed.
    The comparison is that of the value's own collation. For lists of some hundred rows that few
    values reach; longer ones are joined in the model.

    Arguments: expression, seed (name), key_column, value_column.
    Example:   seed_lookup("upper(state)", 'state_names', 'name', 'state_code')
-#}
{% macro seed_lookup(expression, seed, key_column, value_column) -%}
    {%- set pairs = seed_values(
        seed, "concat(" ~ key_column ~ ", '=', " ~ value_column ~ ")"
    ) -%}
    {%- set keys = [] -%}
    {%- set values = [] -%}
    {%- for pair in pairs -%}
        {%- do keys.append(pair.split('=')[0]) -%}
        {%- do values.append(pair.split('=')[1]) -%}
    {%- endfor -%}
    {%- if pairs -%}
        elt(field({{ expression }}, {{ sql_list(keys) }}), {{ sql_list(values) }})
    {%- else -%}
        null
    {%- endif -%}
{%- endmacro %}
