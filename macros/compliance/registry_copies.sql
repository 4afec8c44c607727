{#-
    The newest copy of the national registry that we had for each area code, span by span, as a
    select: a copy of all of them (area code 0) counts for each.

    Grain: one row per area code and moment at which we learnt of a copy. Columns: area_code,
    accessed_on, known_at, known_until (null: still).
-#}
{% macro registry_copies() -%}
    select
        known.area_code,
        known.known_at,
        lead(known.known_at) over (partition by known.area_code order by known.known_at)
            as known_until,
        max(known.accessed_on) over (partition by known.area_code order by known.known_at)
            as accessed_on
    from (
        select
            codes.area_code,
            coverage.known_at,
            max(coverage.accessed_on) as accessed_on
        from (
            select distinct cast(area_code as unsigned) as area_code
            from {{ ref('nanp_area_codes') }}
        ) as codes
        inner join {{ ref('stg_dnc_coverage') }} as coverage
            on coverage.area_code in (0, codes.area_code)
        inner join {{ ref('dnc_list_policies') }} as policies
            on coverage.list_kind = policies.list_kind and policies.must_be_current = 1
        group by codes.area_code, coverage.known_at
    ) as known
{%- endmacro %}
