{#-
    Where the holder of a contact point may be: all zones and states that its addresses and its area
    code allow, as comma lists, as a select. Of whom nothing is known may be in any state.

    Grain: one row per contact_key. Columns: contact_key, time_zones, states.

    Arguments: places (relation or derived table: contact_key, zip (five digits), state_code,
               area_code; null where unknown; several rows where there are several addresses).
-#}
{% macro plausible_places(places) -%}
    {%- set zone_list = 'group_concat(distinct zones.time_zone order by zones.time_zone)' -%}
    {%- set unknown_zone -%}
        max(case
            {%- for named in ['zips', 'states', 'area_codes'] %}
            when {{ named }}.time_zone not in (
                select known.time_zone from {{ ref('time_zone_offsets') }} as known
            ) then 'unknown'
            {%- endfor %}
        end)
    {%- endset -%}
    {%- set anywhere -%}
        (
            select group_concat(us_zones.time_zone order by us_zones.time_zone)
            from {{ ref('state_time_zones') }} as us_zones
            where us_zones.state_code = 'US'
        )
    {%- endset -%}
    select
        places.contact_key,
        coalesce(
            nullif(concat_ws(',', {{ zone_list }}, {{ unknown_zone }}), ''), {{ anywhere }}
        ) as time_zones,
        concat_ws(
            ',',
            group_concat(distinct zips.state_code order by zips.state_code),
            group_concat(distinct places.state_code order by places.state_code),
            group_concat(distinct codes.state_code order by codes.state_code)
        ) as states
    from {{ places }} as places
    left join {{ ref('zip_time_zones') }} as zips
        on
            left(places.zip, 3) = zips.zip_prefix
            and places.zip between zips.zip_from and zips.zip_to
    left join {{ ref('state_time_zones') }} as states
        on zips.zip_from is null and places.state_code = states.state_code
    left join {{ ref('area_code_time_zones') }} as area_codes
        on places.area_code = area_codes.area_code
    left join {{ ref('nanp_area_codes') }} as codes
        on places.area_code = codes.area_code and codes.country_code = 'US'
    left join (
        select distinct time_zone from {{ ref('time_zone_offsets') }}
    ) as zones
        on zones.time_zone in (zips.time_zone, states.time_zone, area_codes.time_zone)
    group by places.contact_key
{%- endmacro %}
