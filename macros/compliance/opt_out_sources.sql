{#-
    Where requests not to be contacted are kept, for each kind of contact point: files, what came
    otherwise, and what outcomes of contacts and statuses of people say. Several
    relations, since no engine looks up one number in a union. Each with what it does: a request of a
    rule that only advises does not block (SQL over the alias requests, null where it always blocks).

    Example: {% for relation, kind, column, does in opt_out_sources() %} … {% endfor %}
-#}
{% macro opt_out_sources() -%}
    {%- set relations = [
        (ref('stg_opt_outs'), none), (ref('stg_opt_out_requests'), none),
        (ref('recorded_requests'), 'requests.enforcement'),
    ] -%}
    {%- set sources = [] -%}
    {%- for kind, column in [('phone', 'phone_e164'), ('email', 'email'), ('address', 'address')] -%}
        {%- for relation, does in relations -%}
            {%- do sources.append((relation, kind, column, does)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(sources) }}
{%- endmacro %}
