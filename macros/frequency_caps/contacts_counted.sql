{#-
    The contacts that count against caps for each contact point at a moment, once for the point
    itself (whoever holds it) and once for the golden person (on any point), as a select:
    touchpoints, slots that were used and whose touchpoint has not come yet, and slots held then.

    A contact counts for the whole window and its last instant: one made exactly 24 hours ago still
    counts against a cap of a day, which errs on the strict side.

    Grain: one row per contact point, cap, scope and contact. Columns: golden_person_id,
    contact_hash, cap_id, channel, max_contacts, window_hours, citation, enforcement, scope,
    contacted_at.

    Arguments: points (relation), at (SQL expression), states (SQL expression of a comma list: whose
               caps count beside those of the US and of the person's addresses), is_made (whether
               the moment is that of a touchpoint, as contact_hash names it, which does not count
               against itself), is_dated (whether only touchpoints count that a file had told by the moment,
               and the golden person's own are those of whom it stood for then).
-#}
{% macro contacts_counted(points, at, states, is_made, is_dated=false) -%}
    {%- set branches = [
        ('point', '', 'made.phone_e164 = points.contact_value', "points.contact_kind = 'phone'"),
        ('point', '', 'made.email = points.contact_value', "points.contact_kind = 'email'"),
    ] -%}
    {%- set slot_branches = [('point', '', 'slots.contact_value = points.contact_value', 'true')] -%}
    {%- for relation, id, golden, was_member in members_as_of('members', at, is_dated) -%}
        {%- set members = 'inner join ' ~ relation ~ ' as members on points.golden_person_id = ' ~ golden -%}
        {%- do branches.append(('person', members, 'made.person_id = ' ~ id, was_member)) -%}
        {%- do slot_branches.append(('person', members, 'slots.person_id = ' ~ id, was_member)) -%}
    {%- endfor -%}
    {%- for scope, people, key, kind in branches %}
    {{ cap_columns(scope, 'made.touchpoint_date') }}
    {{ caps_of_points(points, at, kind_of_point()) }}
    {{ people }}
    inner join {{ ref('touchpoints') }} as made
        on
            {{ key }}
            and made.touchpoint_type = caps.channel
            and made.touchpoint_date >= {{ at }} - interval caps.window_hours hour
            and made.touchpoint_date <= {{ at }}
    where
        {{ kind }}
        and {{ is_cap_of(states) }}
        {%- if is_dated %}
        and exists (
            select 1 from {{ ref('stg_imports') }} as told
            where told.import_seq = made.import_seq and told.uploaded_at <= {{ at }}
        )
        {%- endif %}
        {%- if is_made %}
        and (made.touchpoint_date < {{ at }} or made.content_hash < points.contact_hash)
        {%- endif %}
    union all
    {%- endfor %}
    {%- for scope, people, key, kind in slot_branches %}
    {{ cap_columns(scope, slot_moment(at)) }}
    {{ caps_of_points(points, at, 'points.contact_kind') }}
    {{ people }}
    inner join {{ source('reservations', 'contact_reservations') }} as slots
        on {{ key }} and slots.channel = caps.channel
    where {{ kind }} and {{ is_cap_of(states) }} and {{ counts_as_slot(at, is_made) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
