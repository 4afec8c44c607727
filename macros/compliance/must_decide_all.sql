{#-
    True if every decision has to be made again: a day has begun since the last one, lists have a
    new version, or a rule has changed. Compares decision_facts, of this run, with decided_facts, of
    the last one.
-#}
{% macro must_decide_all() -%}
    {%- set facts = ref('decision_facts') -%}
    {%- set decided = previous_state('decided_facts') -%}
    {%- if not execute -%}
        {{ return(false) }}
    {%- elif not decided or is_rebuild() -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set query -%}
        select count(*)
        from {{ facts }} as facts
        inner join {{ decided }} as decided
            on
                facts.decided_on = decided.decided_on
                and facts.version_count = decided.version_count
                and facts.rules_hash = decided.rules_hash
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0] | int == 0) }}
{%- endmacro %}
