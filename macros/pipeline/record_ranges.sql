{#-
    A condition that keeps the records of some imports, as ranges of the primary key.

    record_id is import_seq * 10^10 + record number, so an import is one range of the clustered
    index: the cost of reading it does not depend on how much else is in the table. Neighbouring
    imports share one range.

    Arguments: import_sequences (sorted list of int), column (the record_id column).
    Example:   (record_id between 170000000000 and 179999999999), or 1 = 0 for an empty list
-#}
{% macro record_ranges(import_sequences, column) -%}
    {%- set width = 10000000000 -%}
    {%- set ranges = joined_ranges(import_sequences, 1) -%}
    {%- if not ranges -%}
        1 = 0
    {%- else -%}
        (
        {%- for first, last in ranges -%}
            {{ column }} between {{ first * width }} and {{ (last + 1) * width - 1 }}
            {%- if not loop.last %} or {% endif -%}
        {%- endfor -%}
        )
    {%- endif -%}
{%- endmacro %}
