{#-
    Pointer jumping: points every node at its label's label until all point at a root. Each pass
    halves the longest way, so a chain of n nodes takes log2(n) passes.

    Arguments: labels (table of node and component).
-#}
{% macro flatten_components(labels) -%}
    {%- set node = adapter.quote(declared_key()[0]) -%}
    {%- set component = adapter.quote(
        model.columns.keys() | reject('equalto', declared_key()[0]) | first
    ) -%}
    {%- call statement('flatten', auto_begin=false) -%}
        update {{ labels }} as n
        straight_join {{ labels }} as p force index (primary) on p.{{ node }} = n.{{ component }}
        set n.{{ component }} = p.{{ component }}
        where p.{{ component }} <> n.{{ component }}
    {%- endcall -%}
    {%- do run_query('commit') -%}
    {%- if load_result('flatten').response.rows_affected -%}
        {%- do flatten_components(labels) -%}
    {%- endif -%}
{%- endmacro %}
