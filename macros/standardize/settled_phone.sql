{#-
    A telephone number in E.164: by the rules (macro standardize_phone), else as the resolver settled
    the text (source phone_resolutions), else NULL. Placeholders stay none.

    Arguments: column; country_column (SQL expression, optional). Both are read inside a subquery over
    phone_resolutions, whose columns have names that no feed has.
    Example:   settled_phone('phone_1', 'country')
    Source: libphonenumber, which the resolver asks; one read of a primary key, for leftovers only.
-#}
{% macro settled_phone(column, country_column=none) -%}
    {%- set placeholders = phone_placeholders() -%}
    coalesce(
        {{ standardize_phone(column, country_column) }},
        {% for _ in placeholders %}nullif({% endfor -%}
        case when {{ column }} is not null then (
            select settled.phone_e164 from {{ source('raw', 'phone_resolutions') }} as settled
            where
                settled.phone_text = left(trim({{ column }}), 65)
                and settled.text_country = {{ "coalesce(" ~ country_column ~ ", '')" if country_column else "''" }}
        ) end
        {%- for placeholder in placeholders %}, '{{ placeholder }}'){% endfor %}
    )
{%- endmacro %}
