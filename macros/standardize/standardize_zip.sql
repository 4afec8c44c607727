{#-
    A postal code. In the US five digits: zeros that a spreadsheet took are put back (8014 to
    08014),
    ZIP+4 is cut (see zip_plus4). Elsewhere upper case and one space, a Canadian code with its
    space. NULL for a US code that can't be one.

    Arguments: column (cleaned), country_column (ISO code of two letters; NULL counts as US if the
    code looks like one).
    Example:   standardize_zip("zip", "country") -> '78701-1234' gives '78701'
    Source: USPS Domestic Mail Manual 602.1.8; Canada Post addressing guidelines.
-#}
{% macro standardize_zip(column, country_column) -%}
    case
        when {{ column }} is null then null
        when char_length({{ column }}) = 5 and {{ column }} regexp '^[0-9]{5}$' and {{ column }} <> '00000'
            and coalesce({{ country_column }}, 'US') in ('US', 'PR', 'VI', 'GU', 'AS', 'MP')
            then {{ column }}
        when {{ column }} regexp '^[0-9]{4,5}(?:[.]0+)?(?:[- ].*)?$|^[0-9]{3}(?:[.]0+|-[0-9]{4})?$|^[0-9]{9}$'
            and coalesce({{ country_column }}, 'US') in ('US', 'PR', 'VI', 'GU', 'AS', 'MP')
            then nullif(
                lpad(left(regexp_substr({{ column }}, '^[0-9]+'), 5), 5, '0'), '00000'
            )
        when {{ country_column }} = 'US' then null
        when {{ column }} regexp '^[A-Za-z][0-9][A-Za-z]-?[0-9][A-Za-z][0-9]$'
            then upper(insert(replace({{ column }}, '-', ''), 4, 0, ' '))
        else upper({{ column }})
    end
{%- endmacro %}
