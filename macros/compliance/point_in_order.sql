{#-
    A contact point on a channel with its verdict as one text, of which the smallest is the best point
    to use: an allowed one, then one that is free again first, a primary, a verified one.

    Arguments: contacts (alias of int_golden_contacts), verdicts (alias of contact_verdicts, which has
               no row if nothing stands against the point).
-#}
{% macro point_in_order(contacts, verdicts) -%}
    concat(
        1 - coalesce({{ verdicts }}.is_allowed, 1),
        coalesce(concat('0', {{ verdicts }}.next_allowed_at), '1{{ '0' * 26 }}'),
        1 - coalesce({{ contacts }}.is_primary, 0),
        1 - coalesce({{ contacts }}.is_verified, 0),
        {{ contacts }}.contact_value, {{ part_mark() }},
        coalesce({{ verdicts }}.reasons, ''), {{ part_mark() }},
        coalesce({{ verdicts }}.advice, '')
    )
{%- endmacro %}
