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
    {%- set reasons = [] -%}
    {%- for code, topic, kind, condition in forms -%}
        {%- set rows -%}
    from {{ points }} as points
    inner join {{ ref('channels') }} as channels on {{ kind_of_point() }} = channels.contact_kind
    inner join {{ ref('compliance_rules') }} as rules
        on
            rules.topic = '{{ topic }}'
            and {{ rule_holds('rules', at) }}
    where {{ kind_of_point() }} = '{{ kind }}' and {{ condition }}
        {%- endset -%}
        {%- do reasons.append({
            'channel': 'channels.channel', 'code': "'" ~ code ~ "'", 'rule_id': 'rules.rule_id',
            'citation': 'rules.citation', 'enforcement': 'rules.enforcement',
            'rows': rows, 'is_in_order': true,
        }) -%}
    {%- endfor -%}
    {{ return(reasons) }}
{%- endmacro %}
