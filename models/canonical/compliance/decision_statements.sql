{#-
    The statements by which commands ask for decisions, as text: the same macro that builds the
    marts, so that an answer about one contact point at any moment needs no dbt.
    Grain: one row per statement.
-#}
{%- set contacts = ref('int_golden_contacts') -%}
{%- set golden -%}
(select * from {{ contacts }} where golden_person_id = 'lode:person')
{%- endset -%}
{%- set exported -%}
(select * from {{ contacts }} where contact_hash in ('lode:hashes'))
{%- endset -%}
{%- set reply_statement = 'select ' ~ reply_meaning("'lode:message'") ~ ' as meaning' -%}
{%- set statements = [
    ('contact', explain_statement(explained_contact())),
    ('person', explain_statement(golden)),
    ('points', explain_statement(exported)),
    ('caps', caps_statement()),
    ('windows', windows_statement()),
    ('reply', reply_statement),
] -%}
with

final as (

    {% for name, statement in statements %}
    select
        '{{ name }}' as statement_name,
        {{ sql_text(statement, 1000000) }} as statement
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
