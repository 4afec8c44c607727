{#-
    The last day on which a fact holds by a rule: so many days, business days or months after it, a
    month's end staying a month's end (31 August and 18 months is 28 February); none at all if the
    rule says 0. The day of the fact is not counted.

    Business days are looked up in business_calendar. Where it ends, only weekends are left out:
    a holiday more makes the day later, so that the answer is the strict one.

    Arguments: rule (alias of compliance_rules), happened_at (SQL expression).
-#}
{% macro last_day_of_rule(rule, happened_at) -%}
    {%- set weekday = 'least(weekday(' ~ happened_at ~ '), 4)' -%}
    case
        when {{ rule }}.value = 0 then date({{ happened_at }}) - interval 1 day
        when {{ rule }}.unit = 'months'
            then date({{ happened_at }}) + interval {{ rule }}.value month
        when {{ rule }}.unit = 'business_days' then coalesce(
            (
                select min(ends.calendar_date)
                from {{ ref('business_calendar') }} as begins
                inner join {{ ref('business_calendar') }} as ends
                    on begins.business_day_number + {{ rule }}.value = ends.business_day_number
                where begins.calendar_date = date({{ happened_at }})
            ),
            -- From the Friday before, if it is a weekend; two days more for each one on the way.
            date({{ happened_at }})
            - interval (weekday({{ happened_at }}) - {{ weekday }}) day
            + interval ({{ rule }}.value + 2 * (({{ weekday }} + {{ rule }}.value) div 5)) day
        )
        else date({{ happened_at }}) + interval {{ rule }}.value day
    end
{%- endmacro %}
