{#-
    The import states whose records dbt may read, as a SQL list.

    An import becomes visible when its last chunk is committed (LOADED); before that, or after a
    failed load, not one of its records is read. `pending_only` leaves out what has been processed.

    Arguments: pending_only (bool).   Example: visible_statuses(true) -> 'LOADED', 'PROCESSING'
-#}
{% macro visible_statuses(pending_only=false) -%}
    'LOADED', 'PROCESSING'
    {%- if not pending_only %}, 'COMPLETE', 'COMPLETE_WITH_ERRORS'{% endif -%}
{%- endmacro %}
