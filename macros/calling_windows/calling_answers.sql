{#-
    The CTE `answers` of calling_windows_at: for every question the next allowed moment. Each span
    answers the questions from the end of the one before to its own end, so that a question meets
    one span and nothing has to be sorted.

    Expects the CTEs questions (place_key, channel, at_utc), levels (strictness) and spans.
-#}
{% macro calling_answers() -%}
        answering as (
            select
                place_key, channel, strictness, span_from, span_until,
                coalesce(
                    lag(span_until) over (
                        partition by place_key, channel, strictness order by span_from
                    ),
                    cast('1000-01-01' as datetime)
                ) as answers_from
            from spans
        ),
        answers as (
            select
                questions.place_key, questions.channel, questions.at_utc, levels.strictness,
                case
                    when answering.span_from < questions.at_utc + interval 14 day
                        then greatest(answering.span_from, questions.at_utc)
                end as next_allowed_at
            from questions
            cross join levels
            left join answering
                on
                    questions.place_key = answering.place_key
                    and questions.channel = answering.channel
                    and levels.strictness = answering.strictness
                    and questions.at_utc >= answering.answers_from
                    and questions.at_utc < answering.span_until
        )
{%- endmacro %}
