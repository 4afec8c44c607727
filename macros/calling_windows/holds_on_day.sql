{#-
    Whether a row of seed calling_windows holds for a contact on a day of its calendar, by the rules
    that we went by at a moment.

    Arguments: rule (alias), channel, states, day, strictness, at (SQL expressions; at is that moment,
               UTC). Strictness `enforce` counts enforced rules only, `advise` all of them.
-#}
{% macro holds_on_day(rule, channel, states, day, strictness, at) -%}
    (
        find_in_set({{ channel }}, {{ rule }}.channels) > 0
        and ({{ rule }}.jurisdiction = 'US' or find_in_set({{ rule }}.jurisdiction, {{ states }}) > 0)
        and ({{ rule }}.enforcement = 'enforce' or {{ strictness }} = 'advise')
        and {{ rule_holds(rule, at, day) }}
        and (
            find_in_set(
                elt(weekday({{ day }}) + 1, 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'),
                {{ rule }}.days
            ) > 0
            or (
                find_in_set('holiday', {{ rule }}.days) > 0
                and exists (
                    select 1
                    from {{ ref('holidays') }} as holidays
                    where
                        holidays.holiday_date = {{ day }}
                        and holidays.jurisdiction in ('US', {{ rule }}.jurisdiction)
                        and {{ is_known_rule('holidays', at) }}
                )
            )
        )
    )
{%- endmacro %}
