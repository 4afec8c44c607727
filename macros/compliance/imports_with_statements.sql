{#-
    Keeps the raw records in which a request not to be contacted has to be looked for: those of the
    batch, and all there are when a rule was changed or nothing was looked for yet. Imports that are
    being undone or were are among them, for undoing lifts no request.

    Arguments: feed (touchpoints, people or opt_outs).
    Example:   where {{ imports_with_statements('people') }}
-#}
{% macro imports_with_statements(feed) -%}
    {%- set batch = ref('import_batch') -%}
    {%- set ledger = source('raw', 'import_metadata') -%}
    {%- set decided = previous_state('decided_facts') -%}
    {%- set digest = rules_digest() -%}
    {%- if not execute -%}
        {{ return('1 = 1') }}
    {%- endif -%}
    {%- set is_same = [] -%}
    {%- if is_incremental() and decided -%}
        {%- set query -%}
            select count(*) from {{ decided }} as decided
            where decided.rules_hash = {{ digest }}
        {%- endset -%}
        {%- do is_same.append(run_query(query).columns[0].values()[0] | int > 0) -%}
    {%- endif -%}
    {%- if is_same and is_same[0] -%}
        {%- set query -%}
            select import_seq from {{ batch }} where feed = '{{ feed }}' order by import_seq
        {%- endset -%}
    {%- else -%}
        {%- set query -%}
            select id from {{ ledger }}
            where feed = '{{ feed }}' and status in ({{ visible_statuses() }}, 'UNDOING', 'UNDONE')
            order by id
        {%- endset -%}
    {%- endif -%}
    {{ record_ranges(run_query(query).columns[0].values() | map('int') | list, 'record_id') }}
{%- endmacro %}
