{#-
    Keeps the records of imports whose earlier result this run takes out: imports that are being
    undone, and imports that were completed before and are loaded once more. None on a rebuild,
    which starts from nothing.

    Arguments: column (the record_id column), feed.
    Example:   where {{ replaced_range_filter('record_id', 'people') }}
-#}
{% macro replaced_range_filter(column, feed) -%}
    {%- set batch = previous_state('import_batch', layer='staging') -%}
    {%- if not batch or is_rebuild() -%}
        1 = 0
    {%- else -%}
        {%- set query -%}
            select import_seq from {{ batch }}
            where {{ feed_filter(feed) }} and (is_withdrawn or is_replaced)
            order by import_seq
        {%- endset -%}
        {{ record_ranges(run_query(query).columns[0].values() | map('int') | list, column) }}
    {%- endif -%}
{%- endmacro %}
