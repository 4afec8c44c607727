{#-
    The contact points of records that say no, as a select of what they said: mailboxes, numbers and,
    of people, the postal address, each in a row of its own.

    Arguments: outcomes, statuses (names of CTEs over raw touchpoints and raw records of people, with
               the statement), addresses (name of one with the standardized addresses of people).
-#}
{% macro points_of_statements(outcomes, statuses, addresses) -%}
    select
        record_id,
        'touchpoints' as source,
        statement,
        {{ contact_channel('lower(trim(touchpoint_type))') }} as contact_channel,
        {{ standardize_email('email') }} as email,
        {{ settled_phone('phone') }} as phone_found,
        null as address,
        {{ parse_datetime('touchpoint_date') }} as said_at
    from {{ outcomes }}
    union all
    {%- for point in ['email_1', 'email_2', 'phone_1', 'phone_2', 'phone_3'] %}
    select
        record_id,
        'people' as source,
        statement,
        null as contact_channel,
        {{ standardize_email(point) if point.startswith('email') else 'null' }} as email,
        {{ settled_phone(point) if point.startswith('phone') else 'null' }} as phone_found,
        null as address,
        {{ parse_datetime('trim(source_date)') }} as said_at
    from {{ statuses }}
    where {{ point }} is not null
    union all
    {%- endfor %}
    select
        {{ statuses }}.record_id,
        'people' as source,
        {{ statuses }}.statement,
        null as contact_channel,
        null as email,
        null as phone_found,
        {{ mail_line(addresses) }} as address,
        {{ parse_datetime('trim(' ~ statuses ~ '.source_date)') }} as said_at
    from {{ statuses }}
    inner join {{ addresses }} on {{ statuses }}.record_id = {{ addresses }}.record_id
{%- endmacro %}
