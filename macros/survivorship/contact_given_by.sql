{#-
    The quoted name of a kind of contact point of which a person merged into a golden person has one
    that the other lacks, or NULL.

    Arguments: label, table (CTE over the contact points), columns (what makes two of them the same),
    duplicate_id, original_id (expressions).
    Example:   contact_given_by('phone', 'phone_numbers', ['phone_e164'], 'a.id', 'b.id')
-#}
{% macro contact_given_by(label, table, columns, duplicate_id, original_id) -%}
    case
        when exists (
            select 1
            from {{ table }} as given
            left join {{ table }} as known
                on
                    known.person_id = {{ original_id }}
                    {% for column in columns %}
                    and known.{{ column }} <=> given.{{ column }}
                    {% endfor %}
            where given.person_id = {{ duplicate_id }} and known.id is null
        ) then '"{{ label }}"'
    end
{%- endmacro %}
