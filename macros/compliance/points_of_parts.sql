{#-
    What named_points says of each part of a field, as a select: without placeholders, and which one
    is that of the whole field: the one that was taken, else the first.

    Arguments: parts (name of the CTE points_found of named_points).
-#}
{% macro points_of_parts(parts) -%}
    select
        {{ parts }}.*,
        {{ without_placeholders('phone_found') }} as phone_e164,
        coalesce(email, {{ without_placeholders('phone_found') }}) <> coalesce(
            taken_mailbox,
            {{ without_placeholders('taken_number') }},
            first_value(coalesce(email, {{ without_placeholders('phone_found') }})) over (
                partition by record_id, field
                order by coalesce(email, {{ without_placeholders('phone_found') }}) is null, part_number
            )
        ) as is_further,
        coalesce(mailbox is not null and (email is null or taken_mailbox is null), 0)
        or coalesce({{ is_number_left('number', 'phone_found') }}, 0) as is_unread
    from {{ parts }}
{%- endmacro %}
