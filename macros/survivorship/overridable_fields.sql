{#-
    The fields that a manual decision can give a value: columns of persons, and which of a person's
    contact points is the primary one.

    Example: {% for field in overridable_fields() %} … {% endfor %}
-#}
{% macro overridable_fields() -%}
    {{ return([
        'first_name', 'middle_name', 'last_name', 'name_suffix', 'company_name', 'birth_date',
        'primary_phone', 'primary_email',
    ]) }}
{%- endmacro %}
