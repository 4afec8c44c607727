{#-
    Keeps the records of this run's batch in a canonical model; everything if `all_records`, those of
    imports that are being undone too if `with_withdrawn`.

    Arguments: column (the record_id column), feed ('*' for all), all_records (bool: a rebuild reads
               them all), with_withdrawn (bool).
    Example:   where {{ batch_range_filter('record_id', 'people', not is_incremental()) }}
-#}
{% macro batch_range_filter(column, feed, all_records=false, with_withdrawn=false) -%}
    {%- set batch = ref('import_batch') -%}
    {%- if all_records or not execute -%}
        1 = 1
    {%- else -%}
        {%- set query -%}
            select import_seq from {{ batch }}
            where {{ feed_filter(feed) }}{{ '' if with_withdrawn else ' and not is_withdrawn' }}
            order by import_seq
        {%- endset -%}
        {{ record_ranges(run_query(query).columns[0].values() | map('int') | list, column) }}
    {%- endif -%}
{%- endmacro %}
