{#-
    The CTE `answers` of calling_windows_at: for every question the next allowed moment. Spans and
    questions are sorted into one line of time, so that its cost grows with their sum and not with
    their product.

    Expects the CTEs questions (place_key, channel, at_utc), levels (strictness) and spans.
-#}
{% macro calling_answers() -%}
    {%- set line = 'partition by place_key, channel, strictness order by moment' -%}
        moments as (
            select
                place_key, channel, strictness, span_from as moment, 0 as is_question,
                span_from, span_until
            from spans
            union all
            select
                questions.place_key, questions.channel, levels.strictness, questions.at_utc, 1,
                null, null
            from questions
            cross join levels
        ),
        surrounded as (
            select
                place_key, channel, strictness, moment, is_question,
                max(span_until) over (
                    {{ line }}, is_question rows unbounded preceding
                ) as allowed_until,
                min(span_from) over (
                    {{ line }} desc, is_question desc rows unbounded preceding
                ) as next_from
            from moments
        ),
        answers as (
            select
                place_key, channel, strictness, moment as at_utc,
                case
                    when allowed_until > moment then moment
                    when next_from < moment + interval 14 day then next_from
                end as next_allowed_at
            from surrounded
            where is_question = 1
        )
{%- endmacro %}
