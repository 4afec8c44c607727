{#-
    The caps by which a contact point may not be used at a moment, as a contribution to the
    decision, as a select. Counted for the point and for the golden person; the stricter decides.

    Grain: one row per contact_key, channel and cap. Columns: contact_key, channel, reason_code,
    blocks_from (the contact that used the cap up), blocks_until (the next allowed moment), rule_id,
    citation, enforcement.

    Arguments: points (relation: contact_key, channel, contact_value, golden_person_id, states (comma
               list)), contacts (as contacts_counted gives them), at (SQL expression, UTC).
-#}
{% macro frequency_cap_blocks(points, contacts, at) -%}
    {%- set windows = 'partition by counted.contact_key, counted.channel, counted.cap_id, counted.scope' -%}
    (
        with contacts as (
            select * from {{ contacts }} as counted
        ),
        counted as (
            {{ contacts_within_caps(points, 'point', 'contact_value', at) }}
            union all
            {{ contacts_within_caps(points, 'person', 'golden_person_id', at) }}
        ),
        ranked as (
            select
                counted.*,
                row_number() over ({{ windows }} order by counted.contacted_at) as from_first,
                row_number() over ({{ windows }} order by counted.contacted_at desc) as from_last
            from counted
        )
        select
            ranked.contact_key, ranked.channel, 'FREQUENCY_CAP' as reason_code,
            min(case when ranked.from_first = ranked.max_contacts then ranked.contacted_at end)
            as blocks_from,
            max(case when ranked.from_last = ranked.max_contacts then ranked.contacted_at end)
            + interval max(ranked.window_days) day + interval 1 microsecond as blocks_until,
            ranked.cap_id as rule_id, max(ranked.citation) as citation,
            max(ranked.enforcement) as enforcement
        from ranked
        group by ranked.contact_key, ranked.channel, ranked.cap_id
        having blocks_until is not null
    )
{%- endmacro %}
