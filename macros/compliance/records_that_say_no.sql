{#-
    The records that say no, as CTEs outcomes, statuses and requests: raw columns, the rule that they
    meet (source, statement), and what each says: contact_channel, said_at, and of a request reason
    and channel_text. A request of a file is one of its channel, moment and reason.

    Arguments: touchpoints, people, opt_outs (names of CTEs over the raw tables); the CTE rules has
               the rows of seed request_statements.
-#}
{% macro records_that_say_no(touchpoints, people, opt_outs) -%}
{%- for name, relation, source, words, channel, moment in [
    ('outcomes', touchpoints, 'touchpoints', 'said.status',
        contact_channel('lower(trim(said.touchpoint_type))'), 'said.touchpoint_date'),
    ('statuses', people, 'people', 'said.contact_status', 'null', 'trim(said.source_date)'),
] %}
{{ name }} as (

    select
        said.*,
        rules.source,
        rules.statement,
        {{ channel }} as contact_channel,
        {{ parse_datetime(moment) }} as said_at,
        null as reason,
        null as channel_text
    from {{ relation }} as said
    inner join rules
        on
            rules.source = '{{ source }}'
            and {{ statement_words(words) }} = rules.statement
    where {{ words }} is not null

),

{%- endfor %}
requests as (

    select
        asked.record_id,
        asked.email,
        asked.phone,
        rules.source,
        rules.statement,
        requests.channel as contact_channel,
        requests.opted_out_at as said_at,
        requests.reason,
        lower({{ blank_to_null('asked.channel') }}) as channel_text
    from {{ opt_outs }} as asked
    inner join {{ ref('stg_opt_outs') }} as requests on asked.record_id = requests.record_id
    inner join rules on rules.source = 'opt_outs' and rules.statement = 'further contact point'

)
{%- endmacro %}
