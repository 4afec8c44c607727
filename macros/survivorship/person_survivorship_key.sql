{#-
    What makes one person of a golden person's group win over another, for its values and for what
    is said of a merge: the newest, then the most complete, then the newest id.

    Arguments: persons (alias with the columns of persons).
-#}
{% macro person_survivorship_key(persons) -%}
    {{ survivorship_key(
        persons ~ '.id',
        persons ~ '.updated_at',
        '(' ~ persons ~ '.first_name is not null) + (' ~ persons ~ '.middle_name is not null) + ('
        ~ persons ~ '.last_name is not null) + (' ~ persons ~ '.birth_date is not null)'
    ) }}
{%- endmacro %}
