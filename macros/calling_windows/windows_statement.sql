{#-
    The statement by which an export asks when its contacts may be called or texted: macro
    calling_windows_at over contact points at a moment, with the places of all who hold them. Quoted
    values that begin with lode: are marks for parameters.
-#}
{% macro windows_statement() -%}
    {%- set is_exported = is_exported_point('points') -%}
    {%- set asks -%}
        (
            select distinct
                points.contact_hash as contact_key,
                'lode:channel' as channel,
                cast('lode:at' as datetime(6)) as at_utc
            from {{ ref('int_golden_contacts') }} as points
            where {{ is_exported }}
        )
    {%- endset -%}
    {%- set places -%}
        (
            select
                points.contact_hash as contact_key,
                left(homes.zip, 5) as zip,
                homes.state as state_code,
                cast(points.area_code as char) as area_code
            from {{ ref('int_golden_contacts') }} as points
            left join {{ ref('persons') }} as members
                on points.golden_person_id = members.golden_person_id
            left join {{ ref('addresses') }} as homes on members.id = homes.person_id
            where {{ is_exported }}
        )
    {%- endset -%}
    select
        lower(hex(answered.contact_key)) as contact_hash,
        answered.strictness,
        answered.next_allowed_at,
        answered.time_zones
    from {{ calling_windows_at(asks, places) }} as answered
{%- endmacro %}
