{#-
    The columns of a contact that counts against a cap, as contacts_counted selects them.

    Arguments: scope (point or person), contacted_at (SQL expression).
-#}
{% macro cap_columns(scope, contacted_at) -%}
    select
        points.golden_person_id, points.contact_hash, caps.cap_id, caps.channel,
        caps.max_contacts, caps.window_hours, caps.citation, caps.enforcement,
        '{{ scope }}' as scope, {{ contacted_at }} as contacted_at
{%- endmacro %}
