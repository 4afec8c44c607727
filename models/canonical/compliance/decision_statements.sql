{#-
    The statements by which commands ask for decisions, as text: the same macro that builds the
    marts, so that an answer about one contact point at any moment needs no dbt.
    Grain: one row per statement.
-#}
{%- set golden -%}
(select * from {{ ref('int_golden_contacts') }} where golden_person_id = 'lode:person')
{%- endset -%}
with

final as (

    {% for name, points in [('contact', explained_contact()), ('person', golden)] %}
    select
        '{{ name }}' as statement_name,
        {{ sql_text(explain_statement(points), 100000) }} as statement
    union all
    {% endfor %}
    select
        'caps' as statement_name,
        {{ sql_text(caps_statement(), 100000) }} as statement
    union all
    select
        'reply' as statement_name,
        {{ sql_text('select ' ~ reply_meaning("'lode:message'") ~ ' as meaning', 100000) }}
            as statement

)

select * from final
