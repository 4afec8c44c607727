{#-
    The newest copy that we had of the lists of each kind that has to be current, by area code, span
    by span, as a select: a copy of all of them (area code 0) counts for each. A fresh copy of one
    kind says nothing of another.

    Grain: one row per kind of list, area code, moment at which we learnt of a copy, and span within
    which policies of lists were the same. Columns: list_kind, area_code, accessed_on, known_at,
    known_until (null: still), rules_at, rules_until.
-#}
{% macro registry_copies() -%}
    select
        known.list_kind,
        known.area_code,
        known.known_at,
        lead(known.known_at) over (
            partition by known.list_kind, known.area_code, known.rules_at
            order by known.known_at
        ) as known_until,
        max(known.accessed_on) over (
            partition by known.list_kind, known.area_code, known.rules_at
            order by known.known_at
        ) as accessed_on,
        known.rules_at,
        known.rules_until
    from (
        select
            coverage.list_kind,
            codes.area_code,
            coverage.known_at,
            spans.known_at as rules_at,
            spans.known_until as rules_until,
            max(coverage.accessed_on) as accessed_on
        from (
            select distinct cast(area_code as unsigned) as area_code
            from {{ ref('nanp_area_codes') }}
        ) as codes
        inner join {{ ref('stg_dnc_coverage') }} as coverage
            on coverage.area_code in (0, codes.area_code)
        inner join {{ ref('dnc_list_policies') }} as policies
            on coverage.list_kind = policies.list_kind and policies.must_be_current = 1
        inner join ({{ spans_of_rules('dnc_list_policies') }}) as spans
            on {{ is_known_rule('policies', 'spans.known_at') }}
        group by
            coverage.list_kind, codes.area_code, coverage.known_at, spans.known_at,
            spans.known_until
    ) as known
{%- endmacro %}
