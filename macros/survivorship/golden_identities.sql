{#-
    The name, company and birth date of golden persons, field by field over the persons of their
    groups, and the newest of their primary addresses, as a select: decided by hand, else the newest,
    then the most complete, a blank never. The values of a group of one are taken as they are:
    grouping is what costs.

    Arguments: members (name of a CTE over persons, with is_lone: 1 if it is its group's only one, and
    home_id and home_seen_at of its primary address),
    person_overrides (name of a CTE over the decisions in force).
-#}
{% macro golden_identities(members, person_overrides) -%}
    {%- set fields = ['first_name', 'middle_name', 'last_name', 'name_suffix', 'company_name'] -%}
    select
        survivors.golden_person_id,
        {%- for field in fields %}
        coalesce(decided.{{ field }}, survivors.{{ field }}) as {{ field }},
        {%- endfor %}
        decided.primary_phone as decided_phone,
        decided.primary_email as decided_email,
        survivors.record_count,
        survivors.person_count,
        survivors.import_count,
        cast(coalesce(decided.birth_date, survivors.birth_date) as date) as birth_date,
        survivors.first_seen_at,
        survivors.updated_at,
        survivors.home_id
    from (
        select
            golden_person_id, {{ fields | join(', ') }},
            cast(birth_date as char) as birth_date,
            record_count,
            1 as person_count,
            1 as import_count,
            created_at as first_seen_at,
            updated_at,
            home_id
        from {{ members }}
        where is_lone
        union all
        select
            golden_person_id,
            {%- for field in fields + ['cast(birth_date as char)'] %}
            {{ surviving_value(field, person_survivorship_key(members)) }},
            {%- endfor %}
            sum(record_count),
            count(*),
            count(distinct last_import_seq),
            min(created_at),
            max(updated_at),
            substr(max(concat(
                date_format(home_seen_at, '%Y%m%d%H%i%s%f'), lpad(home_id, 20, '0')
            )), 21) + 0
        from {{ members }}
        where not is_lone
        group by golden_person_id
    ) as survivors
    left join (
        select
            {%- for field in overridable_fields() %}
            {{ overridden_value(field, person_overrides) }} as {{ field }},
            {%- endfor %}
            {{ members }}.golden_person_id
        from {{ person_overrides }}
        inner join {{ members }} on {{ person_overrides }}.person_id = {{ members }}.id
        group by {{ members }}.golden_person_id
    ) as decided on survivors.golden_person_id = decided.golden_person_id
{%- endmacro %}
