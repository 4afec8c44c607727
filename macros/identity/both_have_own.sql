{#-
    True if each of two records has a mailbox, or a number, of its own: one that nobody shares. Where
    they have none of their own in common, that says they differ. Never NULL.

    Looked up by key in a scalar subquery, which no engine turns into a scan.

    Arguments: one, other (aliases with the columns of stg_people), kind ('e' or 'p'),
    shared_keys (name of a CTE over shared_keys).
-#}
{% macro both_have_own(one, other, kind, shared_keys) -%}
    {%- set columns = {
        'e': ['email_1', 'email_2'], 'p': ['phone_1', 'phone_2', 'phone_3'],
    }[kind] -%}
    (
    {%- for record in [one, other] %}
        (
        {%- for name in columns %}
            {%- set column = record ~ '.' ~ name %}
            {%- set value = email_key(column) if kind == 'e' else column %}
            (
                {{ column }} is not null
                and (
                    select {{ shared_keys }}.kind from {{ shared_keys }}
                    where {{ shared_keys }}.key_hash = {{ match_key_hash(kind, value) }}
                ) is null
            )
            {{- ' or' if not loop.last }}
        {%- endfor %}
        )
        {{- ' and' if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}
