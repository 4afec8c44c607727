{#-
    The contact points of records that say no, as a select of what they said: mailboxes, numbers and,
    of people, the postal address, each in a row of its own. Of a field that names several, the first,
    and all others from named_points; records of files of requests have only those here.

    Arguments: outcomes, statuses (names of CTEs over raw touchpoints and raw records of people, with
               the columns of `keep`), addresses (name of one with the standardized addresses of
               people), keep (columns of what they said).
-#}
{% macro points_of_statements(outcomes, statuses, addresses, keep) -%}
    {%- set said = keep | join(', ') -%}
    select
        record_id,
        {{ said }},
        {{ standardize_email('email') }} as email,
        {{ settled_phone('phone') }} as phone_found,
        null as address
    from {{ outcomes }}
    union all
    {%- for point in ['email_1', 'email_2', 'phone_1', 'phone_2', 'phone_3'] %}
    select
        record_id,
        {{ said }},
        {{ standardize_email(point) if point.startswith('email') else 'null' }} as email,
        {{ settled_phone(point) if point.startswith('phone') else 'null' }} as phone_found,
        null as address
    from {{ statuses }}
    where {{ point }} is not null
    union all
    {%- endfor %}
    select
        record_id,
        {{ said }},
        email,
        phone_found,
        null as address
    from named_points
    where is_further
    union all
    select
        {{ statuses }}.record_id,
        {{ said }},
        null as email,
        null as phone_found,
        {{ mail_line(addresses) }} as address
    from {{ statuses }}
    inner join {{ addresses }} on {{ statuses }}.record_id = {{ addresses }}.record_id
{%- endmacro %}
