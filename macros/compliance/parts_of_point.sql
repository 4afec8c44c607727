{#-
    The columns of a channel of the mart contactability, out of the text of macro point_in_order.

    Arguments: text (SQL expression; null if there is no point), channel.
-#}
{% macro parts_of_point(text, channel) -%}
    {%- set mark = part_mark() -%}
    case when substr({{ text }}, 2, 1) = '0' then cast(substr({{ text }}, 3, 26) as datetime(6)) end
            as {{ channel }}_next_allowed_at,
        substr(substring_index({{ text }}, {{ mark }}, 1), 31) as {{ channel }}_contact,
        coalesce(left({{ text }}, 1) = '0', 0) as is_{{ channel }}_allowed,
        coalesce(
            substring_index(substring_index({{ text }}, {{ mark }}, 2), {{ mark }}, -1), 'NO_CONTACT'
        ) as {{ channel }}_reasons,
        coalesce(substring_index({{ text }}, {{ mark }}, -1), '') as {{ channel }}_advice
{%- endmacro %}
