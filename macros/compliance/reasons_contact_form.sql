{#-
    Contact points that can't be used as they are: foreign numbers, incomplete addresses. A
    contribution to decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_contact_form(points, at) -%}
    {%- set forms = [
        ('FOREIGN_NUMBER', 'foreign_number', 'phone', 'points.is_foreign = 1'),
        ('INCOMPLETE_ADDRESS', 'incomplete_address', 'address', 'points.is_complete_address = 0'),
    ] -%}
    {%- for code, topic, kind, condition in forms %}
    select
    {{ reason_columns(
        'channels.channel', "'" ~ code ~ "'", 'rules.rule_id', 'rules.citation',
        'rules.enforcement'
    ) }}
    from {{ points }} as points
    inner join {{ ref('channels') }} as channels on points.contact_kind = channels.contact_kind
    inner join {{ ref('compliance_rules') }} as rules
        on
            rules.topic = '{{ topic }}'
            and date({{ at }}) between rules.valid_from and rules.valid_to
    where points.contact_kind = '{{ kind }}' and {{ condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
