{#-
    Numbers of area codes whose copy of the national registry is missing or too old at the moment: a
    copy of day 31 will do, of day 32 no more. A contribution to decide_contact.

    Arguments: points (relation), at (SQL expression).
-#}
{% macro reasons_registry_age(points, at) -%}
    {%- set copies -%}
        select
            codes.area_code,
            max(coverage.accessed_on) as accessed_on
        from (
            select distinct cast(area_code as unsigned) as area_code
            from {{ ref('nanp_area_codes') }}
        ) as codes
        inner join {{ ref('stg_dnc_coverage') }} as coverage
            on coverage.area_code in (0, codes.area_code)
        inner join {{ ref('dnc_list_policies') }} as policies
            on coverage.list_kind = policies.list_kind and policies.must_be_current = 1
        where coverage.known_at <= {{ at }}
        group by codes.area_code
    {%- endset -%}
    select
    {{ reason_columns(
        'channels.channel', "'REGISTRY_NOT_CURRENT'", 'rules.rule_id', 'rules.citation',
        'rules.enforcement', 'copies.accessed_on + interval rules.value + 1 day'
    ) }}
    from {{ points }} as points
    inner join {{ ref('channels') }} as channels on points.contact_kind = channels.contact_kind
    inner join {{ ref('compliance_rules') }} as rules
        on
            rules.topic = 'registry_max_age'
            and date({{ at }}) between rules.valid_from and rules.valid_to
    left join ({{ copies }}) as copies on points.area_code = copies.area_code
    where
        points.contact_kind = 'phone'
        and points.phone is not null
        and coalesce(date({{ at }}) > copies.accessed_on + interval rules.value day, true)
{%- endmacro %}
