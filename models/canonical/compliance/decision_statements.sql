{#-
    The statements by which commands ask for decisions, as text: the same macro that builds the
    marts, so that an answer about one contact point at any moment needs no dbt.
    Grain: one row per statement.
-#}
{{ config(pre_hook="{{ require_clocks() }}") }}
{%- set contacts = ref('int_golden_contacts') -%}
{%- set golden = points_of_golden_person() -%}
{%- set exported -%}
(select points.* from {{ contacts }} as points where {{ is_exported_point('points') }})
{%- endset -%}
{%- set reply_statement -%}
select {{ reply_meaning('replies.message', 'replies.folded') }} as meaning
from (
    select 'lode:message' as message, {{ fold_accents("'lode:message'") }} as folded
) as replies
{%- endset -%}
{%- set statements = [
    ('contact', explain_statement(explained_contact())),
    ('person', explain_statement(golden)),
    ('person_points', 'select * from ' ~ golden ~ ' as points'),
    ('points', explain_statement(exported, is_dated=false)),
    ('caps', caps_statement()),
    ('windows', windows_statement()),
    ('reply', reply_statement),
    ('addresses', addresses_statement()),
] %}
-- depends_on: {{ ref('identity_kept_since') }}
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
