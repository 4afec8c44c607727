{#-
    What makes two spellings one address of a person: the same street key, unit and ZIP (or place).

    Arguments: relation (alias with the columns of stg_people).
-#}
{% macro address_hash(relation) -%}
    {{ content_hash([
            'coalesce(' ~ relation ~ '.street_key, ' ~ relation ~ '.street)',
            relation ~ '.unit',
            relation ~ '.country',
            'coalesce(' ~ relation ~ ".zip, concat_ws('|', " ~ relation ~ '.city, '
            ~ relation ~ '.state))',
        ]) }}
{%- endmacro %}
