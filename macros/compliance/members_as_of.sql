{#-
    Where to look for the persons that a golden person stood for at a moment: who belongs to it now
    and was moved by no later run, and whom the first run after the moment moved away. Only the first
    one for decisions of now.

    Arguments: member (alias that each relation gets), at (SQL expression), is_dated (false: now).
    Example:   {% for relation, id, golden, condition in members_as_of('members', at) %} … {% endfor %}
-#}
{% macro members_as_of(member, at, is_dated=true) -%}
    {%- set persons = ref('persons') -%}
    {%- set changes = ref('golden_group_changes') -%}
    {%- set golden = member ~ '.golden_person_id' -%}
    {%- if not is_dated -%}
        {{ return([(persons, member ~ '.id', golden, 'true')]) }}
    {%- endif -%}
    {%- set changed -%}
        select 1 from {{ changes }} as changes
        where changes.changed_at > {{ at }} and changes.person_id = {{ member }}
    {%- endset -%}
    {%- set is_first -%}
        {{ member }}.changed_at > {{ at }}
        and not exists ({{ changed }}.person_id and changes.changed_at < {{ member }}.changed_at)
    {%- endset -%}
    {{ return([
        (persons, member ~ '.id', golden, 'not exists (' ~ changed ~ '.id)'),
        (changes, member ~ '.person_id', member ~ '.golden_before', is_first),
    ]) }}
{%- endmacro %}
