{#-
    The moment that a text names, as datetime(6) in UTC, or NULL. A date without a time is its
    midnight; Z and offsets (+02:00) are counted, a time without one is taken as UTC. An
    impossible time gives the date's midnight. Never raises.

    Arguments: column, pivot (see parse_date).
    Example:   parse_datetime("d") -> '2026-02-19T14:05:23-06:00' gives 2026-02-19 20:05:23.000000
    Source: ISO 8601, RFC 3339.
-#}
{% macro parse_datetime(column, pivot=30) -%}
    {%- set hour = '(?:[01]?[0-9]|2[0-3])' -%}
    {%- set clock -%}
        nullif(regexp_substr(
            {{ column }}, '(?<=[T ]){{ hour }}:[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?'
        ), '')
    {%- endset -%}
    {%- set clock_hour -%} cast(substring_index({{ clock }}, ':', 1) as unsigned) {%- endset -%}
    {%- set offset -%}
        nullif(regexp_substr({{ column }}, '[+-](?:0[0-9]|1[0-4]):?[0-5][0-9]$'), '')
    {%- endset -%}
    {%- set date_text -%} {{ parse_date(column, pivot) }} {%- endset -%}
    case
        when {{ column }} is null then null
        when locate(':', {{ column }}) = 0 or {{ clock }} is null
            then cast({{ date_text }} as datetime(6))
        else cast(concat({{ date_text }}, ' ', {{ clock }}) as datetime(6))
            + interval case
                when {{ column }} regexp '[0-9] ?[Pp][.]?[Mm]' and {{ clock_hour }} < 12 then 12
                when {{ column }} regexp '[0-9] ?[Aa][.]?[Mm]' and {{ clock_hour }} = 12 then -12
                else 0
            end hour
            - interval coalesce(
                concat(left({{ offset }}, 1), '1')
                * (substr({{ offset }}, 2, 2) * 60 + right({{ offset }}, 2)),
                0
            ) minute
    end
{%- endmacro %}
