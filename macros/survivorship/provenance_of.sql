{#-
    Where a cell of a person comes from, as a select: every value that its records or a manual
    decision give it, the one that survives first (preference 1), each with file and record.

    Arguments: person_id (SQL expression), field (a column of persons, phone_numbers,
    email_addresses or addresses, or primary_phone, primary_email, primary_address; all if left out).
    Example:   dbt compile --inline "{{ provenance_of(10000000001, 'last_name') }}"
-#}
{% macro provenance_of(person_id, field=none) -%}
    select *
    from {{ ref('person_provenance') }}
    where
        person_id = {{ person_id }}
        {%- if field %}
        and field_name = '{{ field }}'
        {%- endif %}
    order by table_name, field_name, cell_of, preference
{%- endmacro %}
