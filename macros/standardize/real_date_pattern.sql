{#-
    A regular expression for the dates that exist from 1000 to 2999, written yyyy-mm-dd, leap days
    only in leap years. Text is checked with it before a cast, because the cast of an impossible
    date raises an error in a strict session.

    Example: {{ real_date_pattern() }}   Source: the Gregorian calendar (ISO 8601).
-#}
{% macro real_date_pattern() -%}
    {%- set leap = '(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)' -%}
    {%- set long_month = '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])' -%}
    {%- set short_month = '(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)' -%}
    {%- set february = '02-(?:0[1-9]|1[0-9]|2[0-8])' -%}
    (?:[12][0-9]{3}-(?:{{ [long_month, short_month, february] | join('|') }})|{{ leap }}-02-29)
{%- endmacro %}
