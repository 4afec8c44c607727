{#-
    Whether a number is on a do-not-call list now, by the two places where those are kept.

    Arguments: number (SQL expression, E.164).
-#}
{% macro is_on_a_list(number) -%}
    exists (
        select 1 from {{ ref('dnc_list_records') }} as of_files
        where of_files.phone_e164 = {{ number }}
    )
    or exists (
        select 1 from {{ ref('stg_dnc_listings') }} as listings
        where
            listings.phone = case
                when {{ number }} like '+1__________'
                    then cast(substr({{ number }}, 3) as unsigned)
            end
            and listings.gone_known_at is null
    )
{%- endmacro %}
