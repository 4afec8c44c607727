{#-
    Contacts made after some others, on the same channel, at the same point or with the same golden
    person, within the longest window of a cap: they have to be judged again with those. As a select
    of content_hash.

    Arguments: touched (name of a CTE: content_hash), touchpoints, persons (names of CTEs).
-#}
{% macro contacts_tied_by_caps(touched, touchpoints, persons) -%}
    {%- set longest -%}
        (select coalesce(max(caps.window_hours), 0) from {{ ref('frequency_caps') }} as caps)
    {%- endset -%}
    {%- set members -%}
    inner join {{ persons }} as owners on earlier.person_id = owners.id
    inner join {{ persons }} as members on owners.golden_person_id = members.golden_person_id
    {%- endset -%}
    {%- for people, key in [
        ('', 'later.phone_e164 = earlier.phone_e164'),
        ('', 'later.email = earlier.email'),
        (members, 'later.person_id = members.id'),
    ] %}
    select later.content_hash
    from {{ touched }} as touched
    inner join {{ touchpoints }} as earlier on touched.content_hash = earlier.content_hash
    {{ people }}
    inner join {{ touchpoints }} as later
        on
            {{ key }}
            {#- Not as a bare column: the engine would go through all contacts of the channel. #}
            and concat(later.touchpoint_type, '') = earlier.touchpoint_type
            and later.touchpoint_date >= earlier.touchpoint_date
            and later.touchpoint_date <= earlier.touchpoint_date + interval {{ longest }} hour
    {{ 'union distinct' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
