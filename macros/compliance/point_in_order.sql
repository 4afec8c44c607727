{#-
    A contact point on a channel with its verdict as one text, of which the smallest is the best point
    to use: an allowed one, then one that is free again first, a primary, a verified one.

    Arguments: points (alias of contact_points).
-#}
{% macro point_in_order(points) -%}
    concat(
        1 - {{ points }}.is_allowed,
        {{ points }}.next_allowed_at is null,
        rpad(coalesce({{ points }}.next_allowed_at, ''), 26, '0'),
        1 - coalesce({{ points }}.is_primary, 0),
        1 - coalesce({{ points }}.is_verified, 0),
        {{ points }}.contact_value, {{ part_mark() }},
        {{ points }}.reasons, {{ part_mark() }},
        {{ points }}.advice
    )
{%- endmacro %}
