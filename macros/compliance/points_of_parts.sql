{#-
    What named_points says of each part of a field, as a select: without placeholders, and which one
    is that of the whole field: the one that was taken, else the first.

    Arguments: parts (name of the CTE points_found of named_points).
-#}
{% macro points_of_parts(parts) -%}
    {%- set number = without_placeholders('phone_found') -%}
    {%- set point = 'coalesce(email, ' ~ number ~ ')' -%}
    select
        {{ parts }}.*,
        {{ number }} as phone_e164,
        {{ point }} <> coalesce(
            taken_mailbox,
            {{ without_placeholders('taken_number') }},
            first_value({{ point }}) over (
                partition by record_id, field order by {{ point }} is null, part_number
            )
        ) as is_further,
        coalesce(mailbox is not null and (email is null or taken_mailbox is null), 0)
        or coalesce({{ is_number_left('number', 'phone_found') }}, 0) as is_unread
    from {{ parts }}
{%- endmacro %}
