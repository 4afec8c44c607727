{#-
    Where requests not to be contacted are kept, for each kind of contact point: files, and what
    came otherwise. Two relations, since no engine looks up one number in a union.

    Example: {% for relation, kind, column in opt_out_sources() %} … {% endfor %}
-#}
{% macro opt_out_sources() -%}
    {%- set sources = [] -%}
    {%- for kind, column in [('phone', 'phone_e164'), ('email', 'email')] -%}
        {%- for relation in [ref('stg_opt_outs'), ref('stg_opt_out_requests')] -%}
            {%- do sources.append((relation, kind, column)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(sources) }}
{%- endmacro %}
