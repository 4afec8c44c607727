{#-
    Contact points with the caps of their channels that are in force at a moment, as the beginning of
    a from clause.

    Arguments: points (relation), at (SQL expression), kind (SQL expression of the kind of point; not
               the bare column where that leads MariaDB to go through all points of a kind).
-#}
{% macro caps_of_points(points, at, kind) -%}
    from {{ points }} as points
    inner join {{ ref('channels') }} as channels on {{ kind }} = channels.contact_kind
    inner join {{ ref('frequency_caps') }} as caps
        on
            channels.channel = caps.channel
            and {{ rule_holds('caps', at) }}
{%- endmacro %}
