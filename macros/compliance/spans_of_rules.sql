{#-
    The spans within which a seed of rules said the same, as a select of known_at and known_until: one
    as long as nobody has changed a row since the first load.

    Arguments: seed (name of one that keeps its versions).
-#}
{% macro spans_of_rules(seed) -%}
    select
        changes.known_at,
        coalesce(
            lead(changes.known_at) over (order by changes.known_at),
            cast('9999-12-31' as datetime(6))
        ) as known_until
    from (
        select cast('1000-01-01' as datetime(6)) as known_at
        union distinct
        select known_at from {{ ref(seed) }}
        union distinct
        select known_until from {{ ref(seed) }}
        where known_until < '9999-12-31'
    ) as changes
{%- endmacro %}
