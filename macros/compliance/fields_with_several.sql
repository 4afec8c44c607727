{#-
    The fields that may name several mailboxes or numbers, as a CTE. Records with one mailbox and one
    number have no row: one look at each tells. See named_points.

    Arguments: records, keep (as named_points takes them).
-#}
{% macro fields_with_several(records, keep) -%}
fields_with_several as (

    {%- for relation, mailboxes, numbers in records %}
    select
        said.record_id,
        {%- for column in keep %}
        said.{{ column }},
        {%- endfor %}
        fields.field,
        fields.is_mailbox,
        case fields.field
            {%- for column in mailboxes + numbers %}
            when '{{ column }}' then said.{{ column }}
            {%- endfor %}
        end as field_text
    from {{ relation }} as said
    inner join (
        {%- for column in mailboxes + numbers %}
        select
            '{{ column }}' as field,
            {{ 1 if column in mailboxes else 0 }} as is_mailbox
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as fields
        on
            {%- for column in mailboxes + numbers %}
            {{ 'or' if not loop.first }} (
                fields.field = '{{ column }}'
                and {{ names_several('said.' ~ column, column in mailboxes) }}
            )
            {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)
{%- endmacro %}
