{#-
    Whether a consent or business relationship is known and in force at a moment: it has begun, its
    own expiry is not over, and no rule that is enforced has ended it. The last day counts whole. What
    is older than the first rules (2003-10-01), as a date of zeros is, ends by those.

    Arguments: fact (alias of stg_consents), at (SQL expression), state (SQL expression of the state
               whose rules count beside those of the US and the house), enforcements (list).
-#}
{% macro is_in_force(fact, at, state, enforcements=['enforce']) -%}
    {%- set begun_on = "greatest(date(" ~ fact ~ ".happened_at), date('2003-10-01'))" -%}
    (
        {{ fact }}.known_at <= {{ at }}
        and {{ fact }}.happened_at <= {{ at }}
        and coalesce({{ fact }}.expires_at > {{ at }}, true)
        and not exists (
            select 1
            from {{ ref('compliance_rules') }} as rules
            where
                rules.topic = {{ fact }}.rule_topic
                and rules.enforcement in ({{ sql_list(enforcements) }})
                and rules.scope in ('US', 'house', coalesce({{ state }}, ''))
                and {{ rule_holds('rules', at, begun_on) }}
                and date({{ at }}) > {{ last_day_of_rule('rules', fact ~ '.happened_at') }}
        )
    )
{%- endmacro %}
