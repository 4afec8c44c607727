{#-
    True if more than name and ZIP says that two records are one person's. They are copies, or their middle
    initials agree, or a third record, a copy of neither, has that name and ZIP: if none of three
    contradicts another (no namesakes), there are hardly a father and a son among them. Where only two
    have it, streets agree or one gives a middle initial, and no birth date is given by only one:
    records of father and son that contradict in nothing are mostly those that say little.
    Never NULL; a limited scalar subquery, which no engine turns into a scan.

    Arguments: one, other (aliases with the columns of stg_people), match_keys, people (names of CTEs
    over record_match_keys and stg_people).
-#}
{% macro is_borne_out(one, other, match_keys, people) -%}
    (
        ({{ one }}.middle_initial = {{ other }}.middle_initial) is true
        or (
            (({{ one }}.birth_date is null) = ({{ other }}.birth_date is null))
            and (
                ({{ one }}.street_key = {{ other }}.street_key) is true
                or coalesce({{ one }}.middle_initial, {{ other }}.middle_initial) is not null
            )
        )
        or {{ copy_text(one) }} = {{ copy_text(other) }}
        or (
            select 1
            from {{ match_keys }} as carried
            inner join {{ people }} as carrier on carried.record_id = carrier.record_id
            where
                carried.key_hash = {{ match_key_hash('n', one ~ '.name_zip_key') }}
                and {{ copy_text('carrier') }} not in ({{ copy_text(one) }}, {{ copy_text(other) }})
            limit 1
        ) is not null
    )
{%- endmacro %}
