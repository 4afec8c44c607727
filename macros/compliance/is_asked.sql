{#-
    Whether a request not to be contacted was known at a moment; one that an outcome or a status tells
    of, by a rule that we went by then.

    Arguments: does (as opt_out_sources says it of the relation), at (SQL expression).
-#}
{% macro is_asked(does, at) -%}
    requests.known_at <= {{ at }}
    {%- if does %}
        and requests.known_until > {{ at }}
    {%- endif %}
{%- endmacro %}
