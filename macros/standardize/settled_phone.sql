{#-
    A telephone number in E.164: by the rules (macro phone_in_text), else as the resolver settled the
    text (source phone_resolutions), else NULL. It may be a placeholder: the next step of a model that
    keeps this one's rows (at_once) takes those out by without_placeholders, so that all of this is
    worked out once.

    Arguments: column; country_column (SQL expression, optional). Both are read inside a subquery over
    phone_resolutions, whose columns have names that no feed has.
    Example:   settled_phone('phone_1', 'country')
    Source: libphonenumber, which the resolver asks; one read of a primary key, for leftovers only.
-#}
{% macro settled_phone(column, country_column=none) -%}
    coalesce(
        {{ phone_in_text(column, country_column) }},
        case when {{ column }} is not null then (
            select settled.phone_e164 from {{ source('raw', 'phone_resolutions') }} as settled
            where
                settled.phone_text = left(trim({{ column }}), 65)
                and settled.text_country = {{ "coalesce(" ~ country_column ~ ", '')" if country_column else "''" }}
        ) end
    )
{%- endmacro %}
