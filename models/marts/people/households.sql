{#-
    Who lives together: golden persons with one street, unit and ZIP. At an address of many (a
    building whose units nobody wrote down) the last name has to agree too. A household is no identity: its members
    are told apart, and its number is that of the address, whoever moves in or out.
    Grain: one row per golden person with a street and a ZIP.
-#}
with

golden_persons as (

    select * from {{ ref('golden_persons') }}
    where street is not null and zip is not null

),

homes as (

    select
        golden_person_id,
        concat_ws('|', street, coalesce(unit, ''), zip) as home,
        lower(coalesce(last_name, '')) as family
    from golden_persons

),

crowded as (

    select home
    from homes
    group by home
    having count(*) > {{ var('household_cap') }}

),

keyed as (

    select
        homes.golden_person_id,
        crowded.home is not null as is_by_name,
        if(
            crowded.home is null,
            homes.home,
            concat_ws('|', homes.home, coalesce(nullif(homes.family, ''), homes.golden_person_id))
        ) as household
    from homes
    left join crowded on homes.home = crowded.home

),

final as (

    select
        golden_person_id,
        {{ household_key('household') }} as household_id,
        count(*) over (partition by household) as member_count,
        is_by_name
    from keyed

)

select * from final
