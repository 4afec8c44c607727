{#-
    Stops with one sentence if a seed of places names a time zone that seed time_zone_offsets has no
    clock of. Until it is mended nobody who may be there is called or texted (plausible_places).
-#}
{% macro require_clocks() -%}
    {%- for seed in ['zip_time_zones', 'state_time_zones', 'area_code_time_zones'] if execute -%}
        {%- set query -%}
            select places.time_zone
            from {{ ref(seed) }} as places
            left join {{ ref('time_zone_offsets') }} as clocks on places.time_zone = clocks.time_zone
            where clocks.time_zone is null
            order by places.time_zone
            limit 1
        {%- endset -%}
        {%- for name in run_query(query).columns[0].values() -%}
            {%- do exceptions.raise_compiler_error(
                "Seed " ~ seed ~ " names the time zone '" ~ name ~ "', of which seed"
                ~ " time_zone_offsets has no clock: nobody there is called or texted. Correct the"
                ~ " name in seeds/time_zones/" ~ seed ~ ".csv, or write the seeds anew with"
                ~ " scripts/write_time_zone_seeds.py."
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
