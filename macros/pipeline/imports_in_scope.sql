{#-
    The imports of a feed that the calling model has to process, as a list of import_seq.

    An incremental run takes the batch that this run fixed at its start (model import_batch); a
    first build or a full refresh takes every visible import.

    Arguments: feed (people, touchpoints, campaigns, opt_outs, dnc; '*' for all).
    Example:   imports_in_scope('people') -> [17, 18]
-#}
{% macro imports_in_scope(feed) -%}
    {%- set batch = ref('import_batch') -%}
    {%- set ledger = source('raw', 'import_metadata') -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- if is_incremental() -%}
        {%- set query -%}
            select import_seq from {{ batch }}
            where {{ feed_filter(feed) }} and not is_withdrawn
            order by import_seq
        {%- endset -%}
    {%- else -%}
        {%- set query -%}
            select id from {{ ledger }}
            where {{ feed_filter(feed) }} and status in ({{ visible_statuses() }})
            order by id
        {%- endset -%}
    {%- endif -%}
    {{ return(run_query(query).columns[0].values() | map('int') | list) }}
{%- endmacro %}
