{#-
    What makes one record win over another, as fixed-width text that sorts: verified first, then
    the newest source date, then the most complete record, then the newest record id. Unique per
    record, so that a comparison never reaches the value behind it.

    Arguments: record_id, effective_at (source date, or the upload for a record without one),
    completeness (number of filled fields), verified (0/1 expression).
    Example:   '1' '20260219140523000000' '07' '00000000170000000001' (43 characters)
-#}
{% macro survivorship_key(record_id, effective_at, completeness, verified='0') -%}
    concat(
        {{ verified }},
        coalesce(date_format({{ effective_at }}, '%Y%m%d%H%i%s%f'), lpad('', 20, '0')),
        lpad({{ completeness }}, 2, '0'),
        lpad({{ record_id }}, 20, '0')
    )
{%- endmacro %}
