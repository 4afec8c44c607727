{#-
    Golden persons in whose lives an import told something that is taken out now, because it is
    undone or loaded once more, as a select; nobody if there is no such import. It reads all events:
    taking out is rare, and an index for it would be written with every event.
    Imports of people are left out: int_persons_touched has theirs.

    Arguments: events (relation: person_events as it is, or none).
-#}
{% macro golden_persons_of_replaced(events) -%}
    {%- set batch = ref('import_batch') -%}
    {%- set replaced = [] -%}
    {%- if execute and events -%}
        {%- set query -%}
            select import_id from {{ batch }}
            where (is_withdrawn or is_replaced) and feed <> 'people'
        {%- endset -%}
        {%- set replaced = run_query(query).columns[0].values() | list -%}
    {%- endif -%}
    {%- if replaced %}
    select golden_person_id
    from {{ events }}
    where import_id in ({{ sql_list(replaced) }})
    {%- else %}
    select cast(null as unsigned) as golden_person_id from (select 1 as nobody) as nobody where 1 = 0
    {%- endif %}
{%- endmacro %}
