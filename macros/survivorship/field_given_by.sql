{#-
    The quoted name of a field of persons that a golden person takes from a person merged into it,
    or NULL: the other has none, or an older one by the survivorship key.

    Arguments: field (name), duplicate, original (aliases that have the field and survivorship_key).
    Example:   field_given_by('last_name', 'duplicate', 'original')
-#}
{% macro field_given_by(field, duplicate, original) -%}
    case
        when
            {{ duplicate }}.{{ field }} is not null
            and (
                {{ original }}.{{ field }} is null
                or {{ duplicate }}.{{ field }} <> {{ original }}.{{ field }}
                and {{ duplicate }}.survivorship_key > {{ original }}.survivorship_key
            )
            then '"{{ field }}"'
    end
{%- endmacro %}
