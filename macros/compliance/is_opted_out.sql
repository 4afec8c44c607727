{#-
    Whether a mailbox has asked for no more e-mail, unless a later consent lifted it.

    Arguments: email (SQL expression).
-#}
{% macro is_opted_out(email) -%}
    {%- for relation, kind, column, does in opt_out_sources() if kind == 'email' %}
    exists (
        select 1
        from {{ relation }} as requests
        where
            requests.email = {{ email }}
            and requests.channel in ('email', 'all')
            {%- if does %}
            and {{ does }} = 'enforce'
            and {{ is_asked(does, utc_now()) }}
            {%- endif %}
            and not {{ is_lifted('requests', 'email', email, "'email'", utc_now()) }}
    )
    {{ 'or' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
