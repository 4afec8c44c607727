{#-
    Where to look for who held a contact point at a moment, and what files said of it then: what is so
    now and no later run changed, and the first state after the moment that a run put an end to. Two
    relations, since no engine looks up one row in a union. Only the first one for decisions of now.

    Arguments: holding (alias that each relation gets), at (SQL expression), is_dated (false: now).
    Example:   {% for relation, condition in holdings_as_of('held', at) %} … {% endfor %}
-#}
{% macro holdings_as_of(holding, at, is_dated=true) -%}
    {%- set contacts = ref('int_golden_contacts') -%}
    {%- set changes = ref('golden_contact_changes') -%}
    {%- if not is_dated -%}
        {{ return([(contacts, 'true')]) }}
    {%- endif -%}
    {%- set changed -%}
        select 1 from {{ changes }} as changes
        where
            changes.golden_person_id = {{ holding }}.golden_person_id
            and changes.contact_hash = {{ holding }}.contact_hash
            and changes.changed_at > {{ at }}
    {%- endset -%}
    {%- set is_first -%}
        {{ holding }}.was_held = 1
        and {{ holding }}.changed_at > {{ at }}
        and not exists ({{ changed }} and changes.changed_at < {{ holding }}.changed_at)
    {%- endset -%}
    {{ return([(contacts, 'not exists (' ~ changed ~ ')'), (changes, is_first)]) }}
{%- endmacro %}
