{#-
    All time zones that the seeds of places name, as a select: also one that has no clock, so that
    it is not taken for no zone at all.
-#}
{% macro named_time_zones() -%}
    select time_zone from {{ ref('time_zone_offsets') }}
    {%- for seed in ['zip_time_zones', 'state_time_zones', 'area_code_time_zones'] %}
    union
    select time_zone from {{ ref(seed) }}
    {%- endfor %}
{%- endmacro %}
