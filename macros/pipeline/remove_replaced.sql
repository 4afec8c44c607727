{#-
    Removes from a staging model what imports brought that are undone or loaded once more, before
    the model takes in what they bring now. A pre_hook; nothing to do on the first build and on a
    full refresh.

    Arguments: feed.
    Example:   pre_hook: "{{ remove_replaced('people') }}"
-#}
{% macro remove_replaced(feed) -%}
    {%- if execute and flags.WHICH in ('run', 'build') and previous_state(this.identifier, 'staging') -%}
        {%- set ranges = replaced_range_filter('record_id', feed) -%}
        {%- if ranges != '1 = 0' -%}
            {{ return('delete from ' ~ this ~ ' where ' ~ ranges) }}
        {%- endif -%}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
