{#-
    Keeps the raw records of the imports that a staging model has to process (imports_in_scope).

    Arguments: feed, column (the record_id column).
    Example:   where {{ record_range_filter('people') }}
-#}
{% macro record_range_filter(feed, column='record_id') -%}
    {{ record_ranges(imports_in_scope(feed), column) }}
{%- endmacro %}
