{#-
    Whether a consent or business relationship is known and in force at a moment: it has begun, its
    own expiry is not over, and no rule that is enforced has ended it. The last day counts whole.

    Arguments: fact (alias of stg_consents), at (SQL expression), state (SQL expression of the state
               whose rules count beside those of the US and the house), enforcements (list).
-#}
{% macro is_in_force(fact, at, state, enforcements=['enforce']) -%}
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
                and {{ rule_holds('rules', at, fact ~ '.happened_at') }}
                and date({{ at }}) > {{ last_day_of_rule('rules', fact ~ '.happened_at') }}
        )
    )
{%- endmacro %}
